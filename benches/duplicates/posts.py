#!/usr/bin/env python3
"""Makes many posts from the demo's as people pass them on, and finds the copies among them.

    python benches/duplicates/posts.py [--posts 1000000] [--program target/release/stancemark] [--seed 7] [--keep FILE]

Every second post is a text of its own (words of the demo, drawn anew), the others are copies of the demo's: as they are,
as retweets, or with words dropped, added and swapped. Prints wall and CPU seconds and peak memory of `stancemark
duplicates`, and what it found. `--keep` leaves the posts in a file.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

DEMO = Path(__file__).parents[2] / "examples" / "iamispr.jsonl"


def passed_on(text: str, words: list[str], draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.3:
        return text
    if kind < 0.4:
        return f"RT @u{draw.randrange(1000)}: {text}"
    parts = text.split()
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(parts))
        edit = draw.randrange(4)
        if edit == 0 and len(parts) > 3:
            del parts[at]
        elif edit == 1:
            parts.insert(at, draw.choice(words))
        elif edit == 2:
            parts[0], parts[at] = parts[at], parts[0]
        else:
            parts.append(f"https://t.co/{draw.randrange(10**6)}")
    return " ".join(parts)


def corpus(path: Path, posts: int, seed: int) -> None:
    draw = random.Random(seed)
    demo = [json.loads(line)["text"] for line in DEMO.open()]
    words = [word for text in demo for word in text.split()]
    with path.open("w") as out:
        for number in range(posts):
            if number % 2:
                text = " ".join(draw.choices(words, k=draw.randrange(6, 24)))
            else:
                text = passed_on(draw.choice(demo), words, draw)
            second = 1_554_076_800 + number * 7
            post = {"id": f"b{number}", "text": text, "author": f"u{draw.randrange(200_000)}", "time": second}
            out.write(json.dumps(post, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        posts, copies = arguments.keep or Path(folder, "posts.jsonl"), Path(folder, "copies.json")
        if not posts.exists():
            corpus(posts, arguments.posts, arguments.seed)
        begun = time.perf_counter()
        process = subprocess.Popen([arguments.program, "duplicates", str(posts), "-o", str(copies)])
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit("stancemark failed")
        wall, cpu = time.perf_counter() - begun, usage.ru_utime + usage.ru_stime
        found = json.loads(copies.read_text())
    print(f"{found['posts']:,} posts: {wall:.1f} s, {cpu:.1f} s of CPU, {usage.ru_maxrss / 1024:.0f} MiB")
    shares = {name: found[name] for name in ("originals", "reposts", "exact_copies", "near_copies", "without_text")}
    print(shares, f"{len(found['clusters']):,} clusters, forgotten {found['forgotten']}")


if __name__ == "__main__":
    main()
