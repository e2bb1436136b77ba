"""Compare ways to store and run the weights: speed, size, closeness to fp32, and the batch.

    python models/train/bench.py --data DATA --work WORK

Prints the table of RESULTS.md. One thread; posts per CPU-second, so that other
work on the machine matters little. `alone against batches` is the largest
difference of a probability between a post run by itself and in mixed company.
"""

import argparse
import multiprocessing
import random
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import data
import evaluate
import export
import graph
from data import LABELS, Pair
from evaluate import Scorer, softmax
from text import model_text

PER_SET = 150

def memory() -> float:
    """Resident memory of this process in MB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def loaded(built: bytes) -> tuple[float, float]:
    """Seconds to load a session, and MB that it keeps after a first batch."""
    before, start = memory(), time.process_time()
    session = evaluate.session(built)
    seconds = time.process_time() - start
    session.run(["logits"], evaluate.feed([[0, 5, 2, 2, 6, 2]] * 16))
    return seconds, memory() - before


def alone_in_process(built: bytes) -> tuple[float, float]:
    """`loaded` in a fresh process, whose memory holds nothing else."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(loaded, built).result()


def sample(folder: Path) -> list[Pair]:
    """Gold's tune half and some of every public dev set."""
    pairs, _ = evaluate.gold_pairs(evaluate.gold_rows(folder, "tune"))
    rows = data.public(folder)[1]
    for source in sorted({r["source"] for r in rows}):
        part = [r for r in rows if r["source"] == source]
        for r in random.Random(1).sample(part, min(PER_SET, len(part))):
            pairs.append(Pair(model_text(r["text"]), r["target"], r["stance"], source))
    return pairs


def pace(scorer: Scorer, pairs: list[Pair], batch: int) -> float:
    scorer.logits(pairs[:64], batch)
    start = time.process_time()
    scorer.logits(pairs, batch)
    return len(pairs) / (time.process_time() - start)


def in_company(scorer: Scorer, pairs: list[Pair], alone: np.ndarray) -> float:
    worst = 0.0
    for batch in (8, 16, 32):
        order = list(range(len(pairs)))
        random.Random(batch).shuffle(order)
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            rows = [scorer.tokenizer.encode(pairs[i].text, pairs[i].target).ids for i in part]
            together = softmax(scorer.session.run(["logits"], evaluate.feed(rows))[0])
            worst = max(worst, float(np.abs(together - alone[part]).max()))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=export.HERE / ".cache/run")
    parser.add_argument("--schemes", nargs="+", default=graph.SCHEMES)
    args = parser.parse_args()

    model, pairs = export.load(args.work), sample(args.data)
    true = np.array([LABELS.index(p.stance) for p in pairs])
    timed = random.Random(1).sample(pairs, 256)
    exact = None
    print(f"{len(pairs)} pairs, {len(timed)} timed\n")
    print("| scheme | MB | memory MB | load s | batch 1 | batch 8 | batch 16 | labels as fp32 | probabilities off, 99 % / most | macro-F1 | alone against batches |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for scheme in args.schemes:
        built = graph.build(model, scheme).SerializeToString()
        load, used = alone_in_process(built)
        scorer = Scorer(built, args.work / "tokenizer.json")
        logits = scorer.logits(pairs)
        exact = logits if exact is None else exact
        agree = (logits.argmax(1) == exact.argmax(1)).mean()
        off = np.abs(softmax(logits) - softmax(exact)).max(axis=1)
        alone = softmax(scorer.logits(timed, 1))
        speeds = " | ".join(f"{pace(scorer, timed, b):.0f}" for b in (1, 8, 16))
        f1 = evaluate.f1s(true, logits.argmax(1), [0, 1, 2])
        print(
            f"| {scheme} | {len(built) / 1e6:.1f} | {used:.0f} | {load:.2f} | {speeds} | {100 * agree:.1f} % "
            f"| {np.quantile(off, 0.99):.3f} / {off.max():.3f} | {100 * f1:.2f} | {in_company(scorer, timed, alone):.1e} |", flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
