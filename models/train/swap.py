"""Posts retold about another target, so that the words decide and not the country.

Silver posts are mostly for Pakistan and against India, and few platforms are
praised or blamed under every name. Exchanging the two countries in text and
labels, or putting a platform where another company stood, evens that out.
"""

import random
import re

import targets

# Longer names first within a line of a script; each pair is exchanged in both directions.
COUNTRIES = [
    ("Pakistan Army", "Indian Army"), ("Pak Army", "Indian Army"), ("Pak Fauj", "Indian Fauj"), ("Pakistani", "Indian"), ("Pakistan", "India"),
    ("Pakistan", "Hindustan"), ("Pakistan", "Bharat"), ("ISPR", "RAW"), ("ISI", "RAW"), ("Imran Khan", "Modi"), ("Islamabad", "Delhi"),
    ("پاک فوج", "بھارتی فوج"), ("پاکستانی", "بھارتی"), ("پاکستانی", "ہندوستانی"), ("پاکستان", "بھارت"), ("پاکستان", "انڈیا"), ("پاکستان", "ہندوستان"),
    ("عمران خان", "مودی"), ("पाकिस्तानी", "भारतीय"), ("पाकिस्तान", "भारत"), ("पाकिस्तान", "इंडिया"), ("पाकिस्तान", "हिंदुस्तान"),
    ("इमरान खान", "मोदी"), ("🇵🇰", "🇮🇳"),
]  # fmt: skip


def _table(left: int) -> dict[str, str]:
    table: dict[str, str] = {}
    for pair in COUNTRIES:
        table.setdefault(pair[left].lower(), pair[1 - left])
    return table


TABLE = {**_table(0), **_table(1)}
NAME = re.compile("|".join(re.escape(name) for name in sorted(TABLE, key=len, reverse=True)), re.IGNORECASE)
OTHER = {"PK": "IN", "IN": "PK"}


def countries(post: dict) -> dict | None:
    """The post with Pakistan and India exchanged, if it names every one of them that it judges."""
    judged = {s["target"] for s in post["stances"]} & set(OTHER)
    if not judged or not judged <= set(targets.mentioned(post["text"])):
        return None
    text = NAME.sub(lambda m: TABLE[m.group(0).lower()], post["text"])
    if not {OTHER[code] for code in judged} <= set(targets.mentioned(text)):
        return None
    stances = [dict(s, target=OTHER.get(s["target"], s["target"])) for s in post["stances"]]
    return dict(post, text=text, stances=stances, home={"pk": "in", "in": "pk"}.get(post["home"], post["home"]))


def platform(rng: random.Random, post: dict) -> dict | None:
    """The post with the one platform that it names exchanged for another."""
    named = [code for code in targets.mentioned(post["text"]) if code.startswith("P:")]
    if len(named) != 1:
        return None
    old, new = named[0], rng.choice([code for code in targets.PLATFORMS[:7] if code != named[0]])
    text = targets.MENTION[old].sub(lambda m: rng.choice(targets.names(new)[:1] if m.group(0).isascii() else targets.names(new)[1:4]), post["text"])
    stances = [dict(s, target=new if s["target"] == old else s["target"]) for s in post["stances"]]
    return dict(post, text=text, stances=stances)


def company(rng: random.Random, row: dict) -> dict | None:
    """A public row about a company that its text names, with a platform in the company's place."""
    name = targets.names(rng.choice(targets.PLATFORMS[:7]))[0]
    text, count = re.subn(rf"(?i)\b{re.escape(row['target'])}\b", name, row["text"])
    return dict(row, text=text, target=name) if count else None
