"""Small runs that compare ways to build the model, all else equal: the tables of RESULTS.md.

    python models/train/trials.py --data DATA --ways pair layers-12 --seeds 1 2

Every run reads the same pairs in the same order (unless the way changes the pairs), keeps its result in
--work, and is not run again when it is there. Scores are on gold's tune half and on a part of each dev set;
gold's aside half is never read here.
"""

import argparse
import json
import random
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import data
import evaluate
import targets
from data import LABELS, Pair
from encoder import Stance
from evaluate import tokenizer_at
from text import model_text
from train import batches, collate, encode, optimizer, rate_at

PER_SET = 400


@dataclass(frozen=True)
class Way:
    what: str
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    two_means: bool = True
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    marked: bool = False
    no_target: bool = False
    swap: float = 0.5
    rate: float = 2e-4
    readings: bool = True


BASE = Way("pair input, six layers, means of post and of target")
WAYS = {
    "two-means": BASE,
    "one-mean": replace(BASE, what="one mean over the whole pair", two_means=False),
    "layers-12": replace(BASE, what="all twelve layers", layers=tuple(range(12)), rate=1e-4),
    "layers-4": replace(BASE, what="the first four layers", layers=(0, 1, 2, 3)),
    "marked": replace(BASE, what="the target's mention marked in the post as well", marked=True),
    "no-target": replace(BASE, what="the target's name withheld, in training and test", no_target=True),
    "weighted": replace(BASE, what="classes weighted against their frequency", weights=(1.2, 1.2, 0.7)),
    "no-swap": replace(BASE, what="no retold posts", swap=0.0),
    "no-readings": replace(BASE, what="without the posts read later", readings=False),
    "rate-4e-4": replace(BASE, what="twice the learning rate", rate=4e-4),
}  # fmt: skip
NAME_TO_CODE = {name.lower(): code for code in targets.NAMES for name in targets.names(code)}


def shown(way: Way, pair: Pair) -> Pair:
    """The pair as the way shows it."""
    if way.no_target:
        return replace(pair, target="")
    if way.marked:
        code = NAME_TO_CODE.get(pair.target.lower())
        pattern = targets.MENTION[code] if code else re.compile(re.escape(pair.target), re.IGNORECASE)
        return replace(pair, text=pattern.sub(lambda m: f"« {m.group(0)} »", pair.text, count=2))
    return pair


def measured(folder: Path) -> dict[str, list[Pair]]:
    """Pairs to score by set: gold's tune half, and some of every dev set."""
    pairs, _ = evaluate.gold_pairs(evaluate.gold_rows(folder, "tune"))
    sets = {"gold tune": pairs}
    rows = data.public(folder)[1]
    for source in sorted({r["source"] for r in rows}):
        part = [r for r in rows if r["source"] == source]
        part = random.Random(1).sample(part, min(PER_SET, len(part)))
        sets[source] = [Pair(model_text(r["text"]), r["target"], r["stance"], source) for r in part]
    return sets


def score(model: Stance, tokenizer, pairs: list[Pair]) -> float:
    model.eval()
    rows = encode(tokenizer, pairs)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    said = np.zeros(len(rows), int)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), 32):
            part = order[at : at + 32]
            ids, mask, _ = collate([rows[i] for i in part])
            said[part] = model(ids, mask).float().argmax(1).numpy()
    return evaluate.f1s(np.array([label for _, label in rows]), said, [0, 1, 2])


def run(name: str, seed: int, folder: Path, base: Path, limit: int) -> dict:
    way = WAYS[name]
    data.SWAP = way.swap
    torch.manual_seed(seed)
    pairs = data.mixture(folder, 7, 1, limit, readings=way.readings)
    tokenizer = tokenizer_at(base / "tokenizer.json")
    rows = encode(tokenizer, [shown(way, p) for p in pairs])
    model = Stance(tokenizer.get_vocab_size(), len(way.layers), two_means=way.two_means)
    state = torch.load(base / "base.pt")
    kept = {}
    for key, value in state.items():
        if key.startswith("layers."):
            _, old, rest = key.split(".", 2)
            if int(old) in way.layers:
                kept[f"layers.{way.layers.index(int(old))}.{rest}"] = value
        else:
            kept[key] = value
    model.load_state_dict(kept, strict=False)
    optim = optimizer(model, way.rate)
    rates = [group["lr"] for group in optim.param_groups]
    plan, weight, started = batches(rows, seed), torch.tensor(way.weights), time.time()
    model.train()
    for step, part in enumerate(plan):
        for group, full in zip(optim.param_groups, rates):
            group["lr"] = full * rate_at(step / len(plan))
        ids, mask, labels = collate([rows[i] for i in part])
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids, mask)
        F.cross_entropy(logits.float(), labels, weight=weight, label_smoothing=0.05).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optim.step()
        optim.zero_grad(set_to_none=True)
        if step % 100 == 0:
            print(f"{name} {seed}: step {step} of {len(plan)}, {time.time() - started:.0f} s", flush=True)
    seconds = time.time() - started
    scores = {s: 100 * score(model, tokenizer, [shown(way, p) for p in pairs]) for s, pairs in measured(folder).items()}
    return {"scores": scores, "mean": float(np.mean(list(scores.values()))), "seconds": seconds, "pairs": len(pairs)}


def table(work: Path) -> str:
    """The results so far: mean over seeds, and each seed's mean over the sets."""
    found: dict[str, list[dict]] = {}
    for path in sorted(work.glob("*.json")):
        found.setdefault(path.stem.rsplit("_", 1)[0], []).append(json.loads(path.read_text()))
    if not found:
        return ""
    sets = list(next(iter(found.values()))[0]["scores"])
    lines = ["| way | what | seeds | mean | " + " | ".join(sets) + " |", "|" + "---|" * (len(sets) + 4)]
    for name, runs in sorted(found.items(), key=lambda item: -np.mean([r["mean"] for r in item[1]])):
        cells = [f"{np.mean([r['scores'][s] for r in runs]):.1f}" for s in sets]
        means = ", ".join(f"{r['mean']:.1f}" for r in runs)
        lines.append(f"| {name} | {WAYS[name].what} | {len(runs)} | {means} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path(__file__).parent / ".cache/b12", help="folder that base.py wrote, with all twelve layers")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".cache/trials")
    parser.add_argument("--ways", nargs="*", default=[], choices=list(WAYS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--limit", type=int, default=12_000, help="pairs each run reads")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for seed in args.seeds:
        for name in args.ways:
            path = args.work / f"{name}_{seed}.json"
            if not path.exists():
                path.write_text(json.dumps(run(name, seed, args.data, args.base, args.limit)))
    print(table(args.work))


if __name__ == "__main__":
    main()
