#!/usr/bin/env python3
"""Time of `stancemark evaluate` on made-up predictions, with 1,000 rounds of its bootstrap.

    python3 benches/evaluate.py [--posts 100000] [--program target/release/stancemark] [--runs 3] [--keep FOLDER]

The texts are 8 to 30 words drawn from the demo's posts, three in ten a copy of an earlier one, so that the clusters of
near duplicates have something to find. Scores are drawn at random, and a label is gold with the probability of its score.
"""

import argparse
import json
import random
import statistics
import tempfile
from pathlib import Path

from throughput import DEMO, run

LABELS = {"support": ("ispr", "favor"), "platform_attack": ("facebook", "against"), "country_target": ("india", "against")}
LANGUAGES = ["en", "ur", "hi", "hi-Latn"]
THRESHOLD = 0.5


def write(folder: Path, posts: int) -> tuple[Path, Path]:
    """Gold and tags of that many posts."""
    draw = random.Random(1)
    words = sorted({word for line in DEMO.open() for word in json.loads(line)["text"].split()})
    gold, tags, texts = folder / "gold.jsonl", folder / "tags.jsonl", []
    with gold.open("w") as gold_out, tags.open("w") as tags_out:
        for number in range(posts):
            copy = texts and draw.random() < 0.3
            texts.append(draw.choice(texts) if copy else " ".join(draw.choices(words, k=draw.randint(8, 30))))
            scores = {label: round(draw.betavariate(0.4, 1.2), 4) for label in LABELS}
            given = [
                {"label": label, "target": target, "stance": stance, "score": scores[label], "evidence": [], "by": ["rule:x"]}
                for label, (target, stance) in LABELS.items()
                if scores[label] >= THRESHOLD
            ]
            right = [label for label, score in scores.items() if draw.random() < score]
            post = {"id": str(number), "text": texts[-1], "labels": right, "home": "PK", "source": f"s{number % 5}"}
            tag = {"id": str(number), "lang": LANGUAGES[number % 4], "tags": given, "status": "labelled", "scores": scores}
            gold_out.write(json.dumps(post, ensure_ascii=False) + "\n")
            tags_out.write(json.dumps(tag, ensure_ascii=False) + "\n")
    return gold, tags


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write gold and tags here, and keep them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        gold, tags = write(arguments.keep or Path(folder), arguments.posts)
        command = [arguments.program, "evaluate", str(gold), str(tags), "--rounds", "1000"]
        wall, cpu, memory = (statistics.median(figure) for figure in zip(*(run(command) for _ in range(arguments.runs))))
    print(f"{arguments.posts:,} predictions, 1,000 rounds: {wall:.1f} s, {cpu:.1f} s of CPU, {memory / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
