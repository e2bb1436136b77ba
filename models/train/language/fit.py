"""A table: the slots that tell most, and a softmax over the sums of their rows divided by the root of their number."""

import math

import numpy as np
from scipy import sparse

from corpus import Corpus
from features import features
from tables import ENOUGH, SHAPES, WEIGHT, Shape

CHUNK = 20_000


class Examples:
    """Texts as rows of features, for one script."""

    def __init__(self, corpus: Corpus, script: str, shape: Shape) -> None:
        keep = [i for i, lang in enumerate(corpus.langs) if lang in shape.langs]
        self.texts = [corpus.texts[i] for i in keep]
        index = {lang: i for i, lang in enumerate(shape.langs)}
        self.labels = np.array([index[corpus.langs[i]] for i in keep], np.int64)
        weights = np.array([corpus.weights[i] for i in keep], np.float32)
        per_lang = np.bincount(self.labels, weights, len(shape.langs))
        wanted = np.array([WEIGHT.get(lang, 1.0) for lang in shape.langs]) * np.minimum(1, np.sqrt(per_lang / ENOUGH))
        self.weights = weights * (wanted / np.maximum(per_lang, 1e-9))[self.labels].astype(np.float32)
        self.weights /= self.weights.mean()
        parts, starts = [], [0]
        for start in range(0, len(self.texts), CHUNK):
            slots, at = features(self.texts[start : start + CHUNK], script, shape.bits)
            parts.append(slots.astype(np.uint32))
            starts.extend((at[1:] + starts[-1]).tolist())
        self.slots, self.starts = np.concatenate(parts), np.array(starts)


def select(examples: Examples, shape: Shape) -> np.ndarray:
    """The slots whose presence says most about the language, sorted: their part of the mutual information."""
    size, classes = 1 << shape.bits, len(shape.langs)
    counts = np.zeros((size, classes), np.float32)
    for label in range(classes):
        for i in np.array_split(np.flatnonzero(examples.labels == label), 20):
            if not len(i):
                continue
            lengths = examples.starts[i + 1] - examples.starts[i]
            at = np.repeat(examples.starts[i] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())
            # Once in a long text says as much as once in a short one, but for the root.
            weight = np.repeat(examples.weights[i] / np.sqrt(np.maximum(lengths, 1)), lengths)
            counts[:, label] += np.bincount(examples.slots[at], weight, size).astype(np.float32)
    total = counts.sum()
    joint = (counts + 1e-3) / total
    slot, lang = joint.sum(1, keepdims=True), counts.sum(0, keepdims=True) / total
    information = (joint * np.log(joint / (slot * lang + 1e-30))).sum(1)
    return np.sort(np.argsort(-information, kind="stable")[: shape.rows])


def matrix(slots: np.ndarray, starts: np.ndarray, row_of: np.ndarray, rows: int) -> sparse.csr_matrix:
    """Texts by rows of the table; entries 1, repeated features twice."""
    found = row_of[slots]
    kept = found >= 0
    before = np.concatenate([[0], np.cumsum(kept)])
    return sparse.csr_matrix(
        (np.ones(int(kept.sum()), np.float32), found[kept].astype(np.int32), before[starts].astype(np.int64)),
        shape=(len(starts) - 1, rows),
    )


def rows_of(kept: np.ndarray, bits: int) -> np.ndarray:
    row_of = np.full(1 << bits, -1, np.int32)
    row_of[kept] = np.arange(len(kept), dtype=np.int32)
    return row_of


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def scale(x: sparse.csr_matrix) -> np.ndarray:
    return 1 / np.sqrt(np.maximum(np.diff(x.indptr), 1))[:, None].astype(np.float32)


def fit(x: sparse.csr_matrix, labels: np.ndarray, weights: np.ndarray, classes: int, *, epochs: int, seed: int, rate=0.03, decay=1e-6, log=print):
    """Adam on the cross-entropy: weights (rows by classes) and biases."""
    rng = np.random.default_rng(seed)
    w, b = np.zeros((x.shape[1], classes), np.float32), np.zeros(classes, np.float32)
    first, second = np.zeros_like(w), np.zeros_like(w)
    first_b, second_b = np.zeros_like(b), np.zeros_like(b)
    batch = min(8192, max(512, x.shape[0] // 40))
    steps, step = epochs * math.ceil(x.shape[0] / batch), 0
    for epoch in range(epochs):
        order, loss = rng.permutation(x.shape[0]), 0.0
        for start in range(0, len(order), batch):
            i = order[start : start + batch]
            part, s = x[i], scale(x[i])
            p = softmax((part @ w) * s + b)
            loss += float(-(np.log(p[np.arange(len(i)), labels[i]] + 1e-12) * weights[i]).sum())
            p[np.arange(len(i)), labels[i]] -= 1
            p *= weights[i][:, None] / len(i)
            gradient = part.T @ (p * s)
            gradient += decay * w
            step += 1
            now = rate * min(1, step / 20) * (1 - (step - 1) / steps)
            for value, g, m, v in ((w, gradient, first, second), (b, p.sum(0), first_b, second_b)):
                m *= 0.9
                m += 0.1 * g
                v *= 0.995
                v += 0.005 * g * g
                value -= now * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.995**step)) + 1e-8)
        log(f"epoch {epoch + 1}: loss {loss / x.shape[0]:.4f}")
    return w, b


def quantise(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights as int8 with one scale for each language."""
    top = np.quantile(np.abs(w), 0.9995, axis=0)
    step = np.maximum(top, 1e-6) / 127
    return np.clip(np.rint(w / step), -127, 127).astype(np.int8), step.astype(np.float32)


def clean(x: sparse.csr_matrix, examples: Examples, w: np.ndarray, b: np.ndarray, sure: float) -> np.ndarray:
    """The texts that a first fit does not take, almost surely, for another language: sets hold strangers."""
    keep = np.ones(x.shape[0], bool)
    for start in range(0, x.shape[0], CHUNK):
        part = x[start : start + CHUNK]
        p = softmax((part @ w) * scale(part) + b)
        own = p[np.arange(len(p)), examples.labels[start : start + CHUNK]]
        keep[start : start + CHUNK] = (p.max(1) < sure) | (own > 0.05)
    return np.flatnonzero(keep)
