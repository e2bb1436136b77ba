"""What the model learns from: pairs of post and target name, with a stance.

The posts closest to the task (silver, the readings, and written.jsonl) are read
once a round, each time under freshly drawn target names; the public stance sets
are spread over the rounds.
Pairs labelled `none` are made on purpose, because a model that only meets
targets people took sides on learns that a target means a stance.
"""

import collections
import functools
import gzip
import json
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

import split
import swap
import targets
from text import model_text

LABELS = ["favor", "against", "none"]

HERE = Path(__file__).parent

# How often a row of each public set is read over the whole run. Sets that are not listed stay out.
TIMES = {
    "semeval2016-t6": 5.0, "p-stance": 2.2, "ruw": 3.0, "cic": 2.2, "mawqif": 5.0, "notebandi": 2.0,
    "entity-sentiment": 0.8, "sanders": 1.5, "semeval-topics": 0.35, "covid-china": 2.0,
}  # fmt: skip
# Other wordings of the public sets' targets, so that a name is not a switch.
WORDINGS = {
    "Independence of Catalonia": ["Independència de Catalunya", "Independencia de Cataluña", "Catalan independence"],
    "Demonetisation (notebandi)": ["Demonetisation", "notebandi", "नोटबंदी", "Demonetization"],
    "Legalization of Abortion": ["Abortion", "Legal abortion"],
    "Climate Change is a Real Concern": ["Climate change", "Climate action"],
    "Feminist Movement": ["Feminism", "Feminists"],
    "Hillary Clinton": ["Clinton", "Hillary"],
    "Donald Trump": ["Trump", "President Trump"],
    "Joe Biden": ["Biden"],
    "Bernie Sanders": ["Sanders", "Bernie"],
    "Russia": ["Россия", "Russian Federation", "Russian Army"],
    "Ukraine": ["Украина", "Ukrainian Army"],
    "China": ["چین", "चीन", "People's Republic of China"],
}
# Shares of the possible `none` pairs of silver posts, so that about half of all pairs are stances.
NONE_NAMED, NONE_ABSENT = 0.6, 0.08
NONE_NAMED_READINGS = 0.4  # of the readings three in four take no stance
SWAP = 0.5  # how often a silver post that can be retold about another target is
MASK = 0.08  # how often a target's name is taken out of the post, so that the rest must tell
COMPANIES = ("sanders", "entity-sentiment")
# Of 256 hash values: the part of a set that has no dev file which is only measured on.
OWN_DEV = {"semeval2016-t6": 32, "mawqif": 51}
# Where the authors of the auxiliary sets sit, as in the annotation guide: a hint for "our army", "our country".
HOME = {
    "constraint-hi": "in", "roman-urdu-sentiment": "pk", "ruhsold": "pk", "urdu-sentiment": "pk",
    "urdu-threat": "pk", "pak-parties": "pk",
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    text: str
    target: str
    stance: str
    source: str


def read(path: Path) -> list[dict]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as lines:
        return [json.loads(line) for line in lines]


def public(data: Path) -> tuple[list[dict], list[dict]]:
    """(train, dev) rows of the public stance sets; those without a dev file get a dev part here."""
    train, dev = read(data / "stance/train.jsonl.gz"), read(data / "stance/dev.jsonl.gz")
    held = {row["id"] for row in train if split.byte_of(split.plain(row["text"])) < OWN_DEV.get(row["source"], 0)}
    dev += [row for row in train if row["id"] in held]
    return [row for row in train if row["source"] in TIMES and row["id"] not in held], dev


STANCE_OF = {"+": "favor", "-": "against"}


def read_later(data: Path) -> list[dict]:
    """The posts of readings.tsv with what was read in them; posts nobody understood are left out."""
    texts = {}
    for path in [*sorted(data.glob("aux/*.gz")), data / "stance/train.jsonl.gz"]:
        texts.update((row["id"], (row["source"], row["text"])) for row in read(path))
    posts = []
    for line in (HERE / "readings.tsv").read_text().splitlines():
        identifier, _, codes = line.partition("\t")
        if line.startswith("#") or "?" in codes:
            continue
        source, text = texts[identifier]
        stances = [{"target": c[:-1], "stance": STANCE_OF[c[-1]]} for c in codes.split() if c[-1] in STANCE_OF]
        posts.append({"id": identifier, "source": "readings", "home": HOME.get(source, "none"), "text": text, "stances": stances})
    return posts


def apart(rows: list[dict], reference: list[dict]) -> list[dict]:
    """The rows that are no near duplicate of anything in the reference."""
    close = split.near([split.shingles(r["text"]) for r in rows], [split.shingles(r["text"]) for r in reference])
    drop = {i for i, _ in close}
    return [row for i, row in enumerate(rows) if i not in drop]


@functools.cache
def sources(data: Path, readings: bool = True) -> tuple[list[dict], list[dict]]:
    """(posts read for this, public rows) to train on, cleared of everything that is measured on."""
    train, dev = public(data)
    measured = read(data / "gold/dev.jsonl") + dev
    silver = read(data / "silver/real.jsonl") + read(data / "silver/written.jsonl")
    if readings:
        silver += read_later(data) + [dict(row, source="written") for row in read(HERE / "written.jsonl")]
    # A post with both Russia and Ukraine as targets stands in its set twice.
    return apart(silver, measured), apart(train, measured)


def draw_name(rng: random.Random, code: str, text: str, stand_ins: list[str]) -> str:
    """A name for a target: mostly the shown one, at times another or a body that the post names."""
    first, *others = targets.names(code)
    if stand_ins and rng.random() < 0.3:
        return rng.choice(stand_ins)
    bodies = [name for name, pattern in targets.INSTITUTION_MENTION.get(code, []) if pattern.search(text)]
    if bodies and rng.random() < 0.4:
        return rng.choice(bodies)
    if others and rng.random() < 0.25:
        return rng.choice(others)
    return first


def silver_pairs(rng: random.Random, post: dict) -> list[Pair]:
    text, source = post["text"], {"written": "written", "readings": "readings"}.get(post["source"], "silver")
    stances = {s["target"]: s["stance"] for s in post["stances"] if s["target"] in targets.NAMES}
    pairs = [
        Pair(text, draw_name(rng, code, text, targets.stand_ins(code, post["home"], stance, text)), stance, source)
        for code, stance in stances.items()
    ]
    named = set(targets.mentioned(text))
    share = NONE_NAMED_READINGS if source == "readings" else NONE_NAMED
    pairs += [
        Pair(text, draw_name(rng, code, text, []), "none", source)
        for code in sorted(named - set(stances)) if rng.random() < share
    ]  # fmt: skip
    if post["home"] in ("pk", "in") and post["home"].upper() not in stances:
        ours = [name for name, pattern in targets.OUR_SIDE.items() if pattern.search(text)]
        pairs += [Pair(text, name, "none", source) for name in ours if rng.random() < 0.3]
    absent = [c for c in ("PK", "IN", "CN", "US", *targets.PLATFORMS[:7]) if c not in named and c not in stances]
    if rng.random() < NONE_ABSENT:
        pairs.append(Pair(text, targets.names(rng.choice(absent))[0], "none", source))
    return pairs


def masked(rng: random.Random, pair: Pair) -> Pair:
    """The pair itself or, at times, with the target's name gone from the post."""
    if rng.random() >= MASK:
        return pair
    text = re.sub(rf"(?i)[#@]?{re.escape(pair.target)}", "…", pair.text)
    return replace(pair, text=text) if text.strip(" …") else pair


def retold(rng: random.Random, post: dict) -> dict:
    """The post itself or, at times, the same about another target."""
    if rng.random() >= SWAP:
        return post
    return swap.countries(post) or swap.platform(rng, post) or post


def public_pair(rng: random.Random, row: dict, pool: list[str]) -> Pair:
    if row["source"] in COMPANIES and rng.random() < SWAP:
        row = swap.company(rng, row) or row
    target = row["target"]
    if rng.random() < 0.08:
        other = rng.choice(pool)
        if other.lower() not in row["text"].lower():
            return Pair(row["text"], other, "none", row["source"])
    if target in WORDINGS and rng.random() < 0.25:
        target = rng.choice(WORDINGS[target])
    return Pair(row["text"], target, row["stance"], row["source"])


def unrelated(rows: list[dict]) -> dict[str, list[str]]:
    """For each set, target names of other sets of another kind: nothing said about them there."""
    kinds = collections.defaultdict(set)
    for row in rows:
        kinds[row["target_kind"]].add(row["target"])
    named = {name for code in ("PK", "IN", "IR", "TR", "SA", "BD", *targets.PLATFORMS) for name in targets.names(code)[:1]}
    own = {row["source"]: row["target_kind"] for row in rows}
    politics = {"person", "policy", "movement", "idea", "country"}
    return {
        source: sorted(named.union(*(
            names for kind, names in kinds.items() if (kind in politics) != (own[source] in politics)
        )))
        for source in own
    }  # fmt: skip


def mixture(
    data: Path, rounds: int, seed: int, limit: int | None = None, readings: bool = True, times: float = 1.0, without: str = ""
) -> list[Pair]:
    """All pairs of a run in reading order; public rows are read `times` as often as TIMES says, those about the target
    `without` not at all."""
    rng = random.Random(seed)
    silver, rows = sources(data, readings)
    rows = [row for row in rows if row["target"] != without]
    pools = unrelated(rows)
    plan: list[list[dict]] = [[] for _ in range(rounds)]
    by_source = collections.defaultdict(list)
    for row in rows:
        by_source[row["source"]].append(row)
    for source in sorted(by_source):
        members, wanted = by_source[source], round(times * TIMES[source] * len(by_source[source]))
        drawn = []
        while len(drawn) < wanted:
            drawn += rng.sample(members, len(members))
        for i, row in enumerate(drawn[:wanted]):
            plan[i * rounds // wanted].append(row)
    out = []
    for part in plan:
        pairs = [pair for post in silver for pair in silver_pairs(rng, retold(rng, post))]
        pairs += [public_pair(rng, row, pools[row["source"]]) for row in part]
        rng.shuffle(pairs)
        out += pairs
    return [replace(p, text=model_text(p.text)) for p in (masked(rng, p) for p in out[:limit])]
