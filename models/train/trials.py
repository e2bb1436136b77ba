"""Small runs that compare ways to build the model, all else equal: the tables of RESULTS.md.

    python models/train/trials.py --data DATA --ways pair layers-12 --seeds 1 2

Every run reads the same pairs in the same order (unless the way changes the pairs), keeps its result in
--work, and is not run again when it is there. Scores are on gold's tune half and on a part of each dev set, with
intervals for gold; gold's aside half is never read here.
"""

import argparse
import collections
import json
import random
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import data
import evaluate
import targets
from data import LABELS, Pair
from encoder import Stance
from evaluate import tokenizer_at
from text import model_text
from train import autocast, batches, collate, encode, optimizer, rate_at

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
    balanced: bool = False
    teacher: str = ""
    labels: bool = False


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
    "balanced": replace(BASE, what="every source read equally often", balanced=True),
    "distilled": replace(BASE, what="taught by the twelve layers, half by their probabilities", teacher="layers-12"),
    "labels-head": replace(BASE, what="a single head: post in, the three labels out, no target", labels=True),
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
    """Pairs to score by set: some of every dev set."""
    rows, sets = data.public(folder)[1], {}
    for source in sorted({r["source"] for r in rows}):
        part = [r for r in rows if r["source"] == source]
        part = random.Random(1).sample(part, min(PER_SET, len(part)))
        sets[source] = [Pair(model_text(r["text"]), r["target"], r["stance"], source) for r in part]
    return sets


@dataclass
class Torch:
    """A network in training as evaluate.py wants its scorers; pairs as the way shows them."""

    model: Stance
    tokenizer: Tokenizer
    way: Way

    def logits(self, pairs: list[Pair]) -> np.ndarray:
        return outputs(self.model, encode(self.tokenizer, [shown(self.way, p) for p in pairs]))


def outputs(model: Stance, rows: list) -> np.ndarray:
    model.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    out = np.zeros((len(rows), 3), np.float32)
    with torch.no_grad(), autocast():
        for at in range(0, len(order), 32):
            part = order[at : at + 32]
            ids, mask, _ = collate([rows[i] for i in part])
            out[part] = model(ids, mask).float().numpy()
    return out


def balanced(pairs: list[Pair], limit: int) -> list[Pair]:
    """As many pairs of every source: those of small ones come again."""
    rng, by_source = random.Random(1), collections.defaultdict(list)
    for pair in pairs:
        by_source[pair.source].append(pair)
    share = limit // len(by_source)
    out = [p for part in by_source.values() for p in (part * (1 + share // len(part)))[:share]]
    rng.shuffle(out)
    return out


def labelled(folder: Path, limit: int, readings: bool) -> list[tuple[str, list[float]]]:
    """(post, which of the three labels it has) of the posts read for this, in the order and number of a run's pairs."""
    rng, out = random.Random(1), []
    posts = data.sources(folder, readings)[0]
    while len(out) < limit:
        for post in rng.sample(posts, len(posts)):
            post = data.retold(rng, post)
            given = {evaluate.label_of(post["home"], s["target"], s["stance"]) for s in post["stances"]}
            out.append((model_text(post["text"]), [float(x in given) for x in evaluate.THREE]))
    return out[:limit]


def start(way: Way, tokenizer: Tokenizer, base: Path) -> Stance:
    """The base encoder with the way's layers."""
    model = Stance(tokenizer.get_vocab_size(), len(way.layers), two_means=way.two_means)
    kept = {}
    for key, value in torch.load(base / "base.pt").items():
        if key.startswith("layers."):
            _, old, rest = key.split(".", 2)
            if int(old) in way.layers:
                kept[f"layers.{way.layers.index(int(old))}.{rest}"] = value
        else:
            kept[key] = value
    model.load_state_dict(kept, strict=False)
    return model


def three_labels(model: Stance, tokenizer: Tokenizer, folder: Path) -> dict[str, evaluate.Score]:
    """What the labels' head reaches on gold's tune half: each label from a probability of one half."""
    posts = evaluate.gold_rows(folder, "tune")
    said = outputs(model, [(e.ids, 0) for e in tokenizer.encode_batch([(model_text(p["text"]), "") for p in posts])]) > 0
    given = {p["id"]: {x for x, yes in zip(evaluate.THREE, row) if yes} for p, row in zip(posts, said)}
    return {"three labels": evaluate.post_scores(posts, given, "gold tune")[0]}


def fitted(name: str, way: Way, seed: int, rows: list, aims: torch.Tensor, model: Stance) -> tuple[Stance, float]:
    """The network after one pass over the rows, and the seconds that it took."""
    optim = optimizer(model, way.rate)
    rates = [group["lr"] for group in optim.param_groups]
    plan, weight, started = batches(rows, seed), torch.tensor(way.weights), time.time()
    model.train()
    for step, part in enumerate(plan):
        for group, full in zip(optim.param_groups, rates):
            group["lr"] = full * rate_at(step / len(plan))
        ids, mask, _ = collate([rows[i] for i in part])
        with autocast():
            logits = model(ids, mask).float()
        loss = F.binary_cross_entropy_with_logits(logits, aims[part]) if way.labels else F.cross_entropy(logits, aims[part], weight=weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optim.step()
        optim.zero_grad(set_to_none=True)
        if step % 100 == 0:
            print(f"{name}: step {step} of {len(plan)}, {time.time() - started:.0f} s", flush=True)
    return model, time.time() - started


def run(name: str, seed: int, folder: Path, base: Path, work: Path, limit: int) -> dict:
    way = WAYS[name]
    data.SWAP = way.swap
    torch.manual_seed(seed)
    tokenizer = tokenizer_at(base / "tokenizer.json")
    if way.labels:
        posts = labelled(folder, limit, way.readings)
        encoded = tokenizer.encode_batch([(text, "") for text, _ in posts])
        rows, aims = [(e.ids, 0) for e in encoded], torch.tensor([aim for _, aim in posts])
    else:
        pairs = data.mixture(folder, 7, 1, None if way.balanced else limit, readings=way.readings)
        pairs = balanced(pairs, limit) if way.balanced else pairs
        rows = encode(tokenizer, [shown(way, p) for p in pairs])
        aims = F.one_hot(torch.tensor([label for _, label in rows]), 3).float() * 0.95 + 0.05 / 3
    if way.teacher:
        taught = torch.tensor(np.load(work / f"{way.teacher}_{seed}.npy")).softmax(1)
        aims = (aims + taught) / 2
    model, seconds = fitted(f"{name} {seed}", way, seed, rows, aims, start(way, tokenizer, base))
    if any(other.teacher == name for other in WAYS.values()):
        np.save(work / f"{name}_{seed}.npy", outputs(model, rows))
    if way.labels:
        scores = three_labels(model, tokenizer, folder)
    else:
        scorer = Torch(model, tokenizer, way)
        found = {s.set: s for s in evaluate.gold_scores(scorer, evaluate.gold_rows(folder, "tune"), "gold tune")}
        scores = {"pairs": found["gold tune, pairs"], "three labels": found["gold tune, posts, all candidates"]}
        for source, part in measured(folder).items():
            true = np.array([LABELS.index(p.stance) for p in part])
            value = evaluate.f1s(true, scorer.logits(part).argmax(1), [0, 1, 2])
            scores[source] = evaluate.Score(source, "macro-F1", value, value, value, len(part))
    scores = {name: [100 * s.value, 100 * s.low, 100 * s.high] for name, s in scores.items()}
    return {"scores": scores, "mean": float(np.mean([value for value, _, _ in scores.values()])), "seconds": seconds, "pairs": len(rows)}


def table(work: Path) -> str:
    """The results so far: means over seeds, each seed's mean over the sets, and for gold the interval of the first seed."""
    found: dict[str, list[dict]] = {}
    for path in sorted(work.glob("*_*.json")):
        found.setdefault(path.stem.rsplit("_", 1)[0], []).append(json.loads(path.read_text()))
    if not found:
        return ""
    sets = list(dict.fromkeys(s for runs in found.values() for s in runs[0]["scores"]))
    lines = ["| way | what | mean of all, by seed | " + " | ".join(sets) + " | s |", "|" + "---|" * (len(sets) + 4)]

    def cell(runs: list[dict], s: str) -> str:
        if s not in runs[0]["scores"]:
            return "–"
        value, (_, low, high) = np.mean([r["scores"][s][0] for r in runs]), runs[0]["scores"][s]
        return f"{value:.1f}" + (f" ({low:.0f}–{high:.0f})" if low < high else "")

    for name, runs in sorted(found.items(), key=lambda item: -np.mean([r["mean"] for r in item[1]])):
        means = "–" if WAYS[name].labels else ", ".join(f"{r['mean']:.1f}" for r in runs)
        seconds = np.mean([r["seconds"] for r in runs])
        lines.append(f"| {name} | {WAYS[name].what} | {means} | {' | '.join(cell(runs, s) for s in sets)} | {seconds:.0f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path(__file__).parent / ".cache/b12", help="folder that base.py wrote, with all twelve layers")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".cache/trials")
    parser.add_argument("--ways", nargs="*", default=[], choices=list(WAYS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--limit", type=int, default=6_000, help="pairs each run reads")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for seed in args.seeds:
        for name in args.ways:
            path = args.work / f"{name}_{seed}.json"
            if not path.exists():
                path.write_text(json.dumps(run(name, seed, args.data, args.base, args.work, args.limit)))
    print(table(args.work))


if __name__ == "__main__":
    main()
