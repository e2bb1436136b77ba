#!/usr/bin/env python3
"""Posts per second, peak memory and time by step of `stancemark tag`, on a corpus made from the demo's posts.

    python3 benches/throughput.py [--posts 100000] [--program target/release/stancemark] [--runs 3]

The demo's 740 posts are repeated; from the second round on a number behind each text makes it a new one, so that the
cache of repeated texts helps only where the demo itself repeats. Prints one table row a way, the median of the runs.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

DEMO = Path(__file__).parents[1] / "examples" / "iamispr.jsonl"


def corpus(path: Path, posts: int) -> None:
    demo = [json.loads(line) for line in DEMO.open()]
    with path.open("w") as out:
        for number in range(posts):
            post = dict(demo[number % len(demo)], id=f"b{number}")
            if number >= len(demo):
                post["text"] += f" {number // len(demo)}"
            out.write(json.dumps(post, ensure_ascii=False) + "\n")


def run(command: list[str]) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds, peak memory in KiB of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    print("| way | posts/s | µs of CPU a post | peak memory | time by step |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        posts, tags = Path(folder, "posts.jsonl"), Path(folder, "tags.jsonl")
        corpus(posts, arguments.posts)
        for way, flags in (("`--no-model`", ["--no-model"]), ("with the model", [])):
            command = [arguments.program, "tag", str(posts), "-o", str(tags), "-q", *flags]
            runs = [run(command) for _ in range(arguments.runs if flags else 1)]
            wall, cpu, memory = (statistics.median(figure) for figure in zip(*runs))
            steps = json.loads(Path(f"{tags}.manifest.json").read_text())["steps"]
            spent = sum(step["wall_seconds"] for step in steps)
            shares = ", ".join(
                f"{step['step']} {step['wall_seconds'] / spent:.0%}"
                for step in sorted(steps, key=lambda step: -step["wall_seconds"])
                if step["wall_seconds"] / spent >= 0.005
            )
            rate, per_post = arguments.posts / wall, cpu / arguments.posts * 1e6
            print(f"| {way} | {rate:,.0f} | {per_post:,.1f} | {memory / 1024:.0f} MiB | {shares} |", flush=True)


if __name__ == "__main__":
    main()
