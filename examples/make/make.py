"""Makes the demo corpus from the hand-written texts.tsv. Same seed, same bytes.

    python3 examples/make/make.py
"""
import csv
import datetime as dt
import json
import random
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent
TZ = dt.timezone(dt.timedelta(hours=5))
RNG = random.Random(20190402)
HASHTAG = "iamispr"
REPEATED = {"support", "combined", "attack", "country", "news", "hijack", "critic", "counter", "sarcasm", "quoted"}
# The counter read 1,544 at 12:16 and 1,915 at 12:43. Of all small whole numbers
# 283 : 351 is the nearest to that proportion: 1,544 x 351 = 1,915 x 283 - 1.
AT_1216, AT_1243 = 283, 351
# Cumulative posts at a clock time; straight lines in between.
WITH_HASHTAG = [("09:30", 0), ("10:00", 8), ("10:30", 30), ("11:00", 75), ("11:30", 145), ("12:16", AT_1216),
                ("12:43", AT_1243), ("13:15", 395), ("14:30", 420), ("17:00", 434), ("22:00", 440)]
WITHOUT = [("09:30", 0), ("10:30", 30), ("11:30", 90), ("12:43", 185), ("14:30", 240), ("17:00", 270), ("22:00", 300)]


def clock(hhmm):
    return dt.datetime.fromisoformat(f"2019-04-02T{hhmm}:00").replace(tzinfo=TZ)


def times(knots):
    """One time for each post, so that the count at every knot comes out exactly."""
    for (t0, n0), (t1, n1) in zip(knots, knots[1:]):
        step = (clock(t1) - clock(t0)) / (n1 - n0)
        for i in range(n1 - n0):
            yield (clock(t0) + step * (i + RNG.random())).replace(microsecond=0)


def hashtags(text):
    return re.findall(r"(?<!\w)#([\w\u0900-\u097f\u0980-\u09ff]+)", text)


def carries(text):
    return HASHTAG in [h.casefold() for h in hashtags(text)]


def near_copy(text):
    """The small changes people make when they pass a text on; none changes its stance."""
    link = "".join(RNG.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(5))
    ways = [text + " !!", text + " 👇", f"@{author()} {text}", f"{text} https://t.example/{link}",
            text + "\n.\n.", text.replace("#IamISPR", "#IAMISPR"), text.replace(" #", "\n#", 1)]
    return RNG.choice([w for w in ways if w != text])


def author():
    return f"u{int(RNG.betavariate(0.8, 3) * 700) + 1:04}"


def read_texts():
    with open(HERE / "texts.tsv", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        row["text"] = row["text"].replace("\\n", "\n")
        pairs = [] if row["expected"] == "-" else [e.split(":") for e in row["expected"].split()]
        row["expected"] = pairs
    assert len({row["text"] for row in rows}) == len(rows), "a text occurs twice"
    return rows


def make_posts(rows):
    opening, rest = rows[:12], rows[12:]
    RNG.shuffle(rest)
    queue = {flag: [r for r in opening + rest if carries(r["text"]) == flag] for flag in (True, False)}
    slots = sorted([(t, True) for t in times(WITH_HASHTAG)] + [(t, False) for t in times(WITHOUT)])
    left = {flag: sum(f == flag for _, f in slots) for flag in (True, False)}
    urn = {True: [], False: []}  # a post lies in it once for itself and once for every other copy
    posts, expected = [], []
    for n, (time, flag) in enumerate(slots):
        fresh = n < 30 or RNG.random() < 1.5 * len(queue[flag]) / left[flag]
        left[flag] -= 1
        post = {"id": f"p{n + 1:04}", "text": "", "created_at": time.isoformat(), "author": author()}
        post["platform"] = "facebook" if RNG.random() < 0.12 else "twitter"
        post["likes"] = min(int(RNG.paretovariate(0.9)) - 1, 3000)
        if fresh and queue[flag]:
            row = queue[flag].pop(0)
            post["text"], pairs = row["text"], row["expected"]
            if row["kind"] in REPEATED:
                urn[flag].append((post, pairs))
        else:
            source, pairs = RNG.choice(urn[flag])
            if RNG.random() < 0.5:
                urn[flag].append((source, pairs))
            while post["author"] == source["author"]:
                post["author"] = author()
            how = RNG.random()
            if how < 0.55 and source["platform"] == "twitter":
                post |= {"text": f"RT @{source['author']}: {source['text']}", "platform": "twitter", "likes": 0}
                post["repost_of"] = source["id"]
            else:
                post["text"] = source["text"] if how < 0.78 else near_copy(source["text"])
        post["hashtags"] = hashtags(post["text"])
        keys = ["id", "text", "created_at", "author", "platform", "hashtags", "likes", "repost_of"]
        posts.append({k: post[k] for k in keys if k in post})
        expected.append({"id": post["id"], "labels": list(dict.fromkeys(p[0] for p in pairs)), "expected": pairs})
    return posts, expected, queue


def check(posts, queue, opening):
    def counter(hhmm):
        return sum(carries(p["text"]) and p["created_at"] < clock(hhmm).isoformat() for p in posts)

    assert (counter("12:16"), counter("12:43")) == (AT_1216, AT_1243), (counter("12:16"), counter("12:43"))
    assert 1544 * AT_1243 == 1915 * AT_1216 - 1
    assert {p["text"] for p in posts[:12]} == {r["text"] for r in opening}, "the first 12 rows open the corpus"
    assert not queue[True] and not queue[False], "a text was never used"
    by_id = {p["id"]: p for p in posts}
    assert len(by_id) == len(posts) >= 600
    for p in posts:
        if "repost_of" in p:
            original = by_id[p["repost_of"]]
            assert p["text"].endswith(original["text"]) and original["created_at"] <= p["created_at"]


def lines(path, records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")


def formats(posts, folder):
    """The same posts in each format; only CSV and JSON can hold a line break."""
    fields = ["id", "text", "created_at", "author", "platform", "hashtags", "likes"]
    flat = [{k: p[k] for k in fields} | {"hashtags": " ".join(p["hashtags"])} for p in posts]
    one_line = [r | {"text": r["text"].replace("\n", " ")} for r in flat]
    assert not any("\t" in r["text"] or r["text"].startswith('"') for r in flat), "would need quotes in TSV"
    assert all(any(c in r["text"] for r in flat) for c in ',"\n'), "the CSV shows nothing"
    with open(folder / "posts.csv", "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, fields)  # RFC 4180: CRLF, quotes doubled
        writer.writeheader()
        writer.writerows(flat)
    rows = ["\t".join(fields)] + ["\t".join(str(r[k]) for k in fields) for r in one_line]
    (folder / "posts.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "posts.txt").write_text("".join(r["text"] + "\n" for r in one_line), encoding="utf-8")
    (folder / "posts.json").write_text(json.dumps(posts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    texts = read_texts()
    posts, expected, queue = make_posts(texts)
    check(posts, queue, texts[:12])
    lines(OUT / "iamispr.jsonl", posts)
    lines(OUT / "expected.jsonl", expected)
    (OUT / "formats").mkdir(exist_ok=True)
    formats(posts[:12], OUT / "formats")
