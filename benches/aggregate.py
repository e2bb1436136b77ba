#!/usr/bin/env python3
"""Counting 10,000,000 tagged posts by label, target and hour: this program beside DuckDB and Polars, on one Parquet file.

    pip install -r benches/requirements.txt
    python benches/aggregate.py [--posts 10000000] [--program target/release/stancemark] [--runs 3] [--keep FILE]

The file is what `stancemark tag` writes of the demo's posts, repeated, every post at a moment of its own within a year
(seeded). All three give the same counts, which is checked. Prints wall and CPU seconds, peak memory, and the ratio of
the wall seconds to this program's; the median of the runs, each in a process of its own, taken in turn.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
GROUP = 100_000
YEAR_MICROSECONDS = 365 * 86_400 * 1_000_000

DUCKDB = """
import duckdb, sys
rows = duckdb.sql(f'''
    select tag.label, tag.target, date_trunc('hour', time) as hour, count(*) from (
        select time, unnest(case when len(tags) = 0 then [null] else tags end) as tag from '{sys.argv[1]}')
    group by all''').fetchall()
print(len(rows), sum(row[3] for row in rows))
"""
POLARS = """
import polars as pl, sys
found = (
    pl.scan_parquet(sys.argv[1]).select("time", pl.col("tags").explode()).unnest("tags")
    .group_by("label", "target", pl.col("time").dt.truncate("1h")).len().collect(engine="streaming"))
print(len(found), found["len"].sum())
"""


def made(path: Path, posts: int, program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tags = Path(folder, "tags.parquet")
        subprocess.run([program, "tag", str(ROOT / "examples/iamispr.jsonl"), "--no-model", "-q", "-o", str(tags)], check=True)
        demo = pq.read_table(tags)
    group = pa.concat_tables([demo] * -(-GROUP // len(demo))).slice(0, GROUP).combine_chunks()
    rng, at = np.random.default_rng(1), group.schema.get_field_index("time")
    begin = 1_546_300_800_000_000  # 2019-01-01
    with pq.ParquetWriter(path, group.schema, compression="zstd") as out:
        for written in range(0, posts, GROUP):
            moments = pa.array(begin + rng.integers(0, YEAR_MICROSECONDS, GROUP)).cast(group.schema.field(at).type)
            out.write_table(group.set_column(at, group.schema.field(at), moments).slice(0, posts - written))


def run(command: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds, peak MiB, and the last line of what was printed."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    told = process.stdout.read().strip().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} failed")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, told[-1] if told else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000_000)
    parser.add_argument("--program", default=str(ROOT / "target/release/stancemark"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the file is, or is to be kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, out = args.keep or Path(folder, "tags.parquet"), Path(folder, "counts.json")
        if not file.exists():
            made(file, args.posts, args.program)
        own = [args.program, "aggregate", str(file), "--by", "label,target,time:hour", "-o", str(out)]
        ways = {
            "this program": own,
            "DuckDB": [sys.executable, "-c", DUCKDB, str(file)],
            "Polars": [sys.executable, "-c", POLARS, str(file)],
        }
        found = {name: [] for name in ways}
        for _ in range(args.runs):
            for name, command in ways.items():
                found[name].append(run(command))
        rows = json.loads(out.read_text())["rows"]
        own_told = f"{len(rows)} {sum(row['posts'] for row in rows)}"
        for name in ("DuckDB", "Polars"):
            if found[name][0][3] != own_told:
                raise SystemExit(f"{name} counts {found[name][0][3]} (cells, posts in them), this program {own_told}")
    print("| way | wall s | CPU s | peak MiB | by this program |\n|---|---|---|---|---|")
    first = statistics.median(wall for wall, *_ in found["this program"])
    for name, runs in found.items():
        wall, cpu, memory = (statistics.median(r[i] for r in runs) for i in range(3))
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {memory:.0f} | {wall / first:.1f} |")


if __name__ == "__main__":
    main()
