#!/usr/bin/env python3
"""Makes a large tag file in Parquet from the demo's tags.

    python benches/aggregate/tags.py OUT.parquet [--tags 10000000] [--program target/release/stancemark] [--seed 7]

The demo is tagged once (`--no-model --keep`). Posts are then drawn from it, seeded, until there are that many tags; each
gets an id of its own and a moment within 90 days, drawn to the microsecond, in the order of time. Columns, types, row
groups (131,072 rows) and compression (zstd) are those that `tag` writes.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy
import pyarrow
import pyarrow.parquet

DEMO = Path(__file__).parents[2] / "examples" / "iamispr.jsonl"
GROUP = 1 << 17
DAYS = 90
START = 1_554_076_800_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tags", type=int, default=10_000_000)
    parser.add_argument("--program", default="target/release/stancemark")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "demo.parquet")
        command = [arguments.program, "tag", "--no-model", "--keep", "-q", str(DEMO), "-o", str(path)]
        subprocess.run(command, check=True)
        demo = pyarrow.parquet.read_table(path)
    per_post = numpy.array([len(tags) for tags in demo["tags"].to_pylist()])
    draw = numpy.random.default_rng(arguments.seed)
    posts = int(arguments.tags / per_post.mean() * 1.01) + GROUP
    chosen = draw.integers(0, len(demo), posts)
    posts = int(numpy.searchsorted(numpy.cumsum(per_post[chosen]), arguments.tags)) + 1
    chosen = chosen[:posts]
    times = numpy.sort(draw.integers(START, START + DAYS * 86_400_000_000, posts))
    schema = demo.schema.remove_metadata()
    at = schema.get_field_index("time")
    with pyarrow.parquet.ParquetWriter(arguments.out, schema, compression="zstd") as writer:
        for first in range(0, posts, GROUP):
            rows = slice(first, min(first + GROUP, posts))
            group = demo.take(pyarrow.array(chosen[rows])).combine_chunks()
            ids = pyarrow.array([f"b{number}" for number in range(rows.start, rows.stop)])
            moments = pyarrow.array(times[rows], pyarrow.int64()).cast(schema.field(at).type)
            group = group.set_column(0, schema.field(0), ids).set_column(at, schema.field(at), moments)
            writer.write_table(group, row_group_size=GROUP)
    print(f"{posts:,} posts with {int(per_post[chosen].sum()):,} tags: {arguments.out}")


if __name__ == "__main__":
    main()
