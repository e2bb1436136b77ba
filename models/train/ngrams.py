"""The encoder's partner: for targets with many labelled posts, a linear model over n-grams of pieces.

Such a model is what an encoder of this size is hard pressed to beat on a target that it has much text about, and
the two are wrong about different posts. It speaks only for the targets it learnt (`SPEAKS_FOR`); for any other
target it adds exactly nothing. Everything it knows stands in one hashed table, with two possible slots and a
fingerprint for each n-gram, so that it can be part of the ONNX graph (graph.py) and needs nothing but the ids that the encoder reads.

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
STRIDE = 611_953  # how far an n-gram's second slot is from its first, times its fingerprint; odd, so that they differ
KICKS = 200  # n-grams moved to their other slot to make room for one, before it is left out
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


def hashes(grams: np.ndarray, owner: int) -> np.ndarray:
    """First slot, second slot and fingerprint [3, n] of n-grams [n, order]; 48 bits are never exceeded before the modulus."""
    order = grams.shape[1]
    h = (FACTORS[:, 3:] * (4 * owner + order) + FACTORS[:, :order] @ grams.T) % PRIME
    first, finger = h[0] % SLOTS, h[1] % FINGERS
    return np.stack([first, (first + (finger + 1) * STRIDE) % SLOTS, finger])


def windows(ids: np.ndarray, order: int) -> np.ndarray:
    """Every n-gram of one order, [n, order]."""
    return np.lib.stride_tricks.sliding_window_view(ids, order) if len(ids) >= order else np.zeros((0, order), np.int64)


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


def placed(slots: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Which n-gram has each slot, -1 for none (cuckoo hashing, Pagh and Rodler 2004): `slots` [2, n] are the two that
    each n-gram can have. The weightiest come first; one that finds no room within `KICKS` moves is left out."""
    held = np.full(SLOTS, -1, np.int64)
    for gram in np.argsort(-weight, kind="stable"):
        at, path = slots[0, gram], []
        for _ in range(KICKS):
            if held[at] >= 0 and held[slots[0, gram] + slots[1, gram] - at] < 0:
                at = slots[0, gram] + slots[1, gram] - at
            path.append((at, held[at]))
            held[at], gram = gram, held[at]
            if gram < 0:
                break
            at = slots[0, gram] + slots[1, gram] - at
        else:
            for at, before in reversed(path):  # no room: as if it had not been tried
                held[at] = before
    return held


def train(rows: list[dict], tokenizer: Tokenizer) -> Table:
    by_target = collections.defaultdict(list)
    for row in rows:
        if row["source"] in SPEAKS_FOR:
            by_target[row["target"]].append(row)
    bias, names, places, weights = [np.zeros(3)], {}, [], []
    for owner, (target, own) in enumerate(sorted(by_target.items()), 1):
        learnt, constant = fit(post_ids(tokenizer, own), np.array([LABELS.index(r["stance"]) for r in own]))
        bias.append(constant)
        names.update((signature(tokenizer.encode(name, add_special_tokens=False).ids), owner) for name in spellings(target))
        for order in range(1, ORDERS + 1):
            chosen = [gram for gram in learnt if len(gram) == order]
            places.append(hashes(np.array(chosen), owner))
            weights.append(np.array([learnt[gram] for gram in chosen]))
    (first, second, finger), weight = np.concatenate(places, 1), np.concatenate(weights)
    held = placed(np.stack([first, second]), np.abs(weight).max(1))
    has = held >= 0
    print(f"{len(weight)} n-grams of {len(by_target)} targets, {len(weight) - has.sum()} without a slot")
    values, fingers = np.zeros((SLOTS, 3), np.float32), np.full(SLOTS, -1, np.int16)
    values[has], fingers[has] = weight[held[has]], finger[held[has]]
    scale = np.quantile(np.abs(values[has]), 0.9995) / 127
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
            found = np.concatenate([hashes(windows(ids, n), owner) for n in range(1, ORDERS + 1)], 1)
            slots = np.concatenate([slot[table.fingers[slot] == found[2]] for slot in found[:2]])
            total = table.values[slots].astype(np.float32).sum(0) * table.scale[0]
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
