"""How well a target is read that was never trained on: one target of SemEval-2016 task 6A left out at a time.

    python models/train/left_out.py --data DATA

Every run starts from the base encoder and reads the same number of pairs of all sets, none of them about the target, and
is scored on every row about it (in the manner of task 6B). Results are kept in --work, and no run is made twice. The
n-gram partner has no part in it: it adds nothing to a target that it does not know.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import data
import evaluate
import split
from data import LABELS, Pair
from evaluate import tokenizer_at
from text import model_text
from train import encode
from trials import BASE, Torch, fitted, start

SOURCE = "semeval2016-t6"


def rows_about(folder: Path, target: str) -> list[dict]:
    return [row for part in data.public(folder) for row in part if row["source"] == SOURCE and row["target"] == target]


def run(target: str, folder: Path, base: Path, limit: int) -> dict:
    torch.manual_seed(1)
    tokenizer = tokenizer_at(base / "tokenizer.json")
    pairs = data.mixture(folder, 7, 1, limit, without=target)
    rows = encode(tokenizer, pairs)
    aims = F.one_hot(torch.tensor([label for _, label in rows]), 3).float() * 0.95 + 0.05 / 3
    model, seconds = fitted(target, BASE, 1, rows, aims, start(BASE, tokenizer, base))
    measured = rows_about(folder, target)
    said = Torch(model, tokenizer, BASE).logits([Pair(model_text(r["text"]), target, r["stance"], SOURCE) for r in measured]).argmax(1)
    true = np.array([LABELS.index(r["stance"]) for r in measured])
    return {"true": true.tolist(), "said": said.tolist(), "unit": [split.plain(r["text"]) for r in measured], "seconds": seconds}


def table(found: dict[str, dict]) -> str:
    lines = ["| left out | F1 of favor and against | interval | n |", "|---|---|---|---|"]
    both = {"true": [], "said": [], "unit": []}
    for target, result in found.items():
        lines.append(line(target, result))
        for key, values in both.items():
            values += result[key]
    lines.append(line("all, counted together", both))
    return "\n".join(lines)


def line(name: str, result: dict) -> str:
    true, said = np.array(result["true"]), np.array(result["said"])
    stances = [LABELS.index("favor"), LABELS.index("against")]
    value, low, high = evaluate.interval(lambda i: evaluate.f1s(true[i], said[i], stances), result["unit"])
    return f"| {name} | {100 * value:.1f} | {100 * low:.1f}–{100 * high:.1f} | {len(true)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path(__file__).parent / ".cache/b12", help="folder that base.py wrote, with all twelve layers")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".cache/left_out")
    parser.add_argument("--limit", type=int, default=8_000, help="pairs each run reads")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    found = {}
    rows = data.public(args.data)[0]
    for target in sorted({row["target"] for row in rows if row["source"] == SOURCE}):
        path = args.work / f"{target.lower().replace(' ', '-')}.json"
        if not path.exists():
            path.write_text(json.dumps(run(target, args.data, args.base, args.limit)))
        found[target] = json.loads(path.read_text())
    print(table(found))


if __name__ == "__main__":
    main()
