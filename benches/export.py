#!/usr/bin/env python3
"""Time of `stancemark export` by tool, on tags made from the demo's posts.

    python3 benches/export.py [--posts 100000] [--program target/release/stancemark] [--tools brat prodigy]

Files are removed after the last run only: a file system that has just deleted many files is slow to make new ones.
"""

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

from throughput import corpus, run


def tools(program: str) -> list[str]:
    """The tools that the program's help lists."""
    told = subprocess.run([program, "export", "--help"], check=True, capture_output=True, text=True).stdout
    return re.findall(r"^  ([a-z-]+) {2,}\S", told.split("\nTools:\n")[1].split("\n\n")[0], re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("--tools", nargs="+", help="those alone")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        posts, tags = Path(folder, "posts.jsonl"), Path(folder, "tags.jsonl")
        corpus(posts, arguments.posts)
        run([arguments.program, "tag", str(posts), "--no-model", "--keep", "-q", "-o", str(tags)])
        print("| tool | s | s of CPU | peak memory | files |")
        print("|---|---|---|---|---|")
        for tool in arguments.tools or tools(arguments.program):
            out = Path(folder, tool)
            wall, cpu, memory = run([arguments.program, "export", "--to", tool, str(tags), "-q", "-o", str(out)])
            files = sum(len(names) for _, _, names in os.walk(out)) or 1
            print(f"| {tool} | {wall:.1f} | {cpu:.1f} | {memory / 1024:.0f} MiB | {files:,} |", flush=True)


if __name__ == "__main__":
    main()
