"""Scores the whole program on gold: the three labels, as `stancemark tag` gives them, on both halves.

    python models/train/pipeline.py --data DATA [--program target/release/stancemark] [-- --no-model]

What follows `--` goes to `stancemark tag`. Needs the Python standard library only. Contested labels are not
scored; an abstention counts as no label. Intervals are 95 % bootstraps over clusters of near duplicates.
"""

import argparse
import collections
import json
import random
import subprocess
import tempfile
from pathlib import Path

import split

LABELS = ("support", "platform_attack", "country_target")
DRAWS = 1000


def tagged(program: str, posts: list[dict], extra: list[str]) -> dict[str, set[str]]:
    """Labels by post id; every post is tagged from its own home."""
    labels = {}
    by_home = collections.defaultdict(list)
    for post in posts:
        by_home[post["home"]].append(post)
    with tempfile.TemporaryDirectory() as folder:
        for home, own in by_home.items():
            lines = (json.dumps({"id": post["id"], "text": post["text"]}) + "\n" for post in own)
            Path(folder, "posts.jsonl").write_text("".join(lines))
            command = [program, "tag", f"{folder}/posts.jsonl", "-o", f"{folder}/tags.jsonl", "-q", "--home", home]
            subprocess.run([*command, *extra], check=True)
            for line in Path(folder, "tags.jsonl").read_text().splitlines():
                tags = json.loads(line)
                labels[tags["id"]] = {tag["label"] for tag in tags["tags"]}
    return labels


def f1(posts: list[dict], found: dict[str, set[str]]) -> list[float]:
    """F1 of each label, and their mean."""
    scores = []
    for label in LABELS:
        counts = collections.Counter(
            (label in post["labels"], label in found[post["id"]]) for post in posts if label not in post["contested"]
        )
        right, wrong = counts[True, True], counts[True, False] + counts[False, True]
        scores.append(2 * right / (2 * right + wrong) if right + wrong else 0.0)
    return [*scores, sum(scores) / len(scores)]


def interval(posts: list[dict], found: dict[str, set[str]], clusters: dict[str, str]) -> list[tuple[float, float]]:
    """The middle 95 % of the scores over draws of whole clusters."""
    groups = collections.defaultdict(list)
    for post in posts:
        groups[clusters[post["id"]]].append(post)
    groups, draw = list(groups.values()), random.Random(1)
    draws = [f1([post for group in draw.choices(groups, k=len(groups)) for post in group], found) for _ in range(DRAWS)]
    columns = (sorted(column) for column in zip(*draws))
    return [(column[DRAWS * 25 // 1000], column[DRAWS * 975 // 1000]) for column in columns]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("extra", nargs="*")
    arguments = parser.parse_args()
    posts = [json.loads(line) for line in (arguments.data / "gold" / "dev.jsonl").open()]
    found, clusters, side = tagged(arguments.program, posts, arguments.extra), split.clusters(posts), split.side(posts)
    print("| half | n | support | platform_attack | country_target | macro-F1 |")
    print("|---|---|---|---|---|---|")
    for half in ("tune", "aside"):
        own = [post for post in posts if side[post["id"]] == half]
        cells = (
            f"{100 * value:.1f} ({100 * low:.1f}–{100 * high:.1f})"
            for value, (low, high) in zip(f1(own, found), interval(own, found, clusters))
        )
        print(f"| {half} | {len(own)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
