"""The encoder's partner: for targets with many labelled posts, a linear model over n-grams of pieces.

Such a model is what an encoder of this size is hard pressed to beat on a target that it has much text about, and
the two are wrong about different posts. It speaks only for the targets it learnt (`SPEAKS_FOR`); for any other
target it adds exactly nothing. Everything it knows stands in one hashed table, with a fingerprint for each n-gram,
so that it can be part of the ONNX graph (graph.py) and needs nothing but the ids that the encoder reads.

    python models/train/ngrams.py --data DATA --tokenizer WORK/tokenizer.json --out WORK/ngrams.npz
"""

import argparse
import collections
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

import data
import evaluate
from data import LABELS
from encoder import END
from text import model_text

ORDERS = 3
SLOTS = 1 << 20
FINGERS = 32_749  # a prime below 2^15
PRIME = (1 << 31) - 1
# Multipliers of the pieces of an n-gram and of its owner: one row chooses the slot, the other the fingerprint.
FACTORS = np.array([[1_103_515_245, 1_664_525_027, 214_013_111, 69_069_001], [1_597_334_677, 905_482_401, 1_220_703_125, 362_437_861]])
START = 0  # id of <s>
STRENGTH = 0.1  # scikit-learn's C: weights are drawn to nothing with the force 1 / C
LEAST = 2  # n-grams in fewer posts are left out
# Sets and how their targets are called; every name is known in the spellings of `spellings`.
SPEAKS_FOR = ("p-stance", "semeval2016-t6", "cic", "ruw", "mawqif", "notebandi")


@dataclass
class Table:
    """`values` [SLOTS, 3] int8 and `fingers` [SLOTS] int16 by slot; `scale` [1]; `bias` [owners + 1, 3] (row 0 is
    nobody's and nothing); `names` [names] signatures of target names and `owners` [names] whose they are, from 1."""

    values: np.ndarray
    fingers: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    names: np.ndarray
    owners: np.ndarray

    def save(self, path: Path) -> None:
        np.savez_compressed(path, **vars(self))

    @staticmethod
    def load(path: Path) -> "Table":
        return Table(**np.load(path))


def hashes(ids: np.ndarray, owner: int, order: int) -> np.ndarray:
    """Slot and fingerprint [2, windows] of every n-gram of one order; 48 bits are never exceeded before the modulus."""
    windows = len(ids) - order + 1
    if windows <= 0:
        return np.zeros((2, 0), np.int64)
    h = np.repeat(FACTORS[:, 3:] * (4 * owner + order), windows, 1)
    for k in range(order):
        h = h + FACTORS[:, k : k + 1] * ids[k : k + windows]
    return h % PRIME % np.array([[SLOTS], [FINGERS]])


def signature(ids: list[int]) -> int:
    """What a target's name is recognised by."""
    return int(sum((i + 1) * int(FACTORS[0, k % 3]) for k, i in enumerate(ids)) % PRIME)


def spellings(target: str) -> set[str]:
    names = {target, *data.WORDINGS.get(target, [])}
    return names | {n.lower() for n in names} | {n.upper() for n in names} | {n.title() for n in names} | {n.replace(" ", "") for n in names}


def post_ids(tokenizer: Tokenizer, rows: list[dict]) -> list[np.ndarray]:
    """The pieces of each post as they stand before the target, cut as the model cuts them."""
    encoded = tokenizer.encode_batch([(model_text(r["text"]), r["target"]) for r in rows])
    return [np.array(e.ids[1 : e.ids.index(END)], np.int64) for e in encoded]


def grams(ids: np.ndarray) -> collections.Counter:
    return collections.Counter(tuple(ids[i : i + n].tolist()) for n in range(1, ORDERS + 1) for i in range(len(ids) - n + 1))


def fit(posts: list[np.ndarray], labels: np.ndarray) -> tuple[dict[tuple, np.ndarray], np.ndarray]:
    """Weights by n-gram, to be added up over a post and divided by the root of its number of n-grams; and the bias."""
    counted = [grams(ids) for ids in posts]
    seen = collections.Counter(g for c in counted for g in c)
    column = {g: i for i, g in enumerate(g for g, n in seen.items() if n >= LEAST)}
    idf = np.array([np.log((1 + len(posts)) / (1 + seen[g])) + 1 for g in column])
    indptr, indices, values = [0], [], []
    for count in counted:
        kept = [(column[g], n) for g, n in count.items() if g in column]
        indices += [i for i, _ in kept]
        values += [n * idf[i] / np.sqrt(max(1, sum(count.values()))) for i, n in kept]
        indptr.append(len(indices))
    matrix = scipy.sparse.csr_matrix((values, indices, indptr), (len(posts), len(column)))
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=300).fit(matrix, labels)
    weights, bias = np.zeros((len(column), 3)), np.zeros(3)
    if len(model.classes_) == 2:  # one row of weights, for the second class against the first
        half = model.coef_[0] / 2
        weights[:, model.classes_[1]], weights[:, model.classes_[0]] = half, -half
        bias[model.classes_[1]], bias[model.classes_[0]] = model.intercept_[0] / 2, -model.intercept_[0] / 2
    else:
        weights[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    weights = weights * idf[:, None]
    return {g: weights[i] for g, i in column.items()}, bias


def train(rows: list[dict], tokenizer: Tokenizer) -> Table:
    by_target = collections.defaultdict(list)
    for row in rows:
        if row["source"] in SPEAKS_FOR:
            by_target[row["target"]].append(row)
    values, fingers = np.zeros((SLOTS, 3), np.float32), np.full(SLOTS, -1, np.int16)
    bias, names = [np.zeros(3)], {}
    for owner, (target, own) in enumerate(sorted(by_target.items()), 1):
        weights, constant = fit(post_ids(tokenizer, own), np.array([LABELS.index(r["stance"]) for r in own]))
        bias.append(constant)
        names.update((signature(tokenizer.encode(name, add_special_tokens=False).ids), owner) for name in spellings(target))
        # Where two n-grams want one slot, the one that says more has it.
        for gram, weight in weights.items():
            (slot,), (finger,) = hashes(np.array(gram), owner, len(gram))
            if np.abs(weight).max() > np.abs(values[slot]).max():
                values[slot], fingers[slot] = weight, finger
    scale = np.quantile(np.abs(values[fingers >= 0]), 0.9995) / 127
    rounded = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
    signatures = np.array(sorted(names))
    return Table(rounded, fingers, np.array([scale], np.float32), np.array(bias, np.float32), signatures, np.array([names[s] for s in signatures]))


def score(table: Table, tokenizer: Tokenizer, rows: list[dict]) -> np.ndarray:
    """Logits [rows, 3], as the graph computes them; nothing but zeros for targets that are not in the table."""
    owner_of = dict(zip(table.names.tolist(), table.owners.tolist()))
    out = np.zeros((len(rows), 3), np.float32)
    for i, (row, ids) in enumerate(zip(rows, post_ids(tokenizer, rows))):
        owner = owner_of.get(signature(tokenizer.encode(row["target"], add_special_tokens=False).ids), 0)
        if owner:
            found = np.concatenate([hashes(ids, owner, n) for n in range(1, ORDERS + 1)], 1)
            hit = table.fingers[found[0]] == found[1]
            total = table.values[found[0][hit]].astype(np.float32).sum(0) * table.scale[0]
            out[i] = total / np.sqrt(max(1, found.shape[1])) + table.bias[owner]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tokenizer = evaluate.tokenizer_at(args.tokenizer)
    rows, dev = data.public(args.data)
    table = train(data.apart(rows, dev + data.read(args.data / "gold/dev.jsonl")), tokenizer)
    table.save(args.out)
    for source, target in sorted({(r["source"], r["target"]) for r in dev if r["source"] in SPEAKS_FOR}):
        part = [r for r in dev if r["source"] == source and r["target"] == target]
        true = np.array([LABELS.index(r["stance"]) for r in part])
        f1 = evaluate.f1s(true, score(table, tokenizer, part).argmax(1), [0, 1] if source in ("p-stance", "mawqif", "semeval2016-t6") else [0, 1, 2])
        print(f"{source:16} {target:36} {100 * f1:5.1f}  n={len(part)}")


if __name__ == "__main__":
    main()
