#!/usr/bin/env python3
"""The same question to stancemark, DuckDB and Polars: posts by label, target and hour, on the same Parquet file.

    pip install -r benches/aggregate/requirements.txt
    python benches/aggregate/tags.py tags.parquet
    python benches/aggregate/compare.py tags.parquet [--program target/release/stancemark] [--runs 3] [--threads 2]

Each runs as a process of its own, from start to written CSV. DuckDB and Polars take a tag's row for a post: in these files
a post has a label and target once, so that the counts are the same, which is checked; stancemark makes sure of it, counts
posts without a tag as well, and sorts. Prints wall and CPU seconds (user and system) and peak memory, the median of the
runs, and the ratio of CPU seconds to stancemark's.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DUCKDB = """
import duckdb, sys
db = duckdb.connect(config={"threads": int(sys.argv[3])})
db.execute("set TimeZone = 'UTC'")
db.execute(f'''copy (
    select tag.label as label, tag.target as target,
           strftime(date_trunc('hour', time), '%Y-%m-%dT%H:00:00Z') as time, count(*) as posts
    from (select time, unnest(tags) as tag from read_parquet('{sys.argv[1]}')) group by all
) to '{sys.argv[2]}' (header)''')
"""

POLARS = """
import polars, sys
(
    polars.scan_parquet(sys.argv[1])
    .select("time", "tags")
    .explode("tags")
    .select(
        polars.col("tags").struct.field("label"),
        polars.col("tags").struct.field("target"),
        polars.col("time").dt.truncate("1h"),
    )
    .drop_nulls("label")
    .group_by("label", "target", "time")
    .agg(polars.len().alias("posts"))
    .with_columns(polars.col("time").dt.strftime("%Y-%m-%dT%H:00:00Z"))
    .collect(engine="streaming")
    .write_csv(sys.argv[2])
)
"""


def run(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in MiB of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} failed")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def counts(path: Path) -> dict[tuple[str, str, str], int]:
    with path.open(newline="") as lines:
        rows = csv.DictReader(lines)
        return {
            (row["label"], row["target"], row["time"]): int(row["posts"]) for row in rows if row["label"] != "(none)"
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tags", type=Path)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    threads = str(arguments.threads)
    environment = os.environ | {"POLARS_MAX_THREADS": threads}
    figures, expected = {}, None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "counts.csv")
        tags = str(arguments.tags)
        ways = {
            "stancemark": [arguments.program, "aggregate", tags, "--by", "label,target,time:hour", "-o", str(out)],
            "DuckDB": [sys.executable, "-c", DUCKDB, tags, str(out), threads],
            "Polars": [sys.executable, "-c", POLARS, tags, str(out)],
        }
        for name, command in ways.items():
            runs = [run(command, environment) for _ in range(arguments.runs)]
            figures[name] = [statistics.median(figure) for figure in zip(*runs)]
            found = counts(out)
            expected = expected or found
            if found != expected:
                raise SystemExit(f"{name} counts otherwise than stancemark")
            out.unlink()
    print(f"{len(expected):,} cells, {sum(expected.values()):,} tags")
    print("| program | wall s | CPU s | peak memory | CPU, to stancemark's |")
    print("|---|---|---|---|---|")
    ours = figures["stancemark"][1]
    for name, (wall, cpu, memory) in figures.items():
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} MiB | {cpu / ours:.2f} |")


if __name__ == "__main__":
    main()
