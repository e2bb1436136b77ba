"""Makes models/language again from the data, in one run.

    pip install -r models/train/language/requirements.txt
    python models/train/language/train.py --data DATA --out models/language
"""

import argparse
import collections
import random
import time
from pathlib import Path

import numpy as np

import calibrate
import card
import corpus
import export
import fit
import sources
import words
from augment import Augmenter
from features import features
from letters import script_of
from tables import SHAPES

EPOCHS = 8
SEED = 20190402
# Texts that a first fit gives so surely to another language are taken for strangers in their set.
STRANGER = 0.9
HERE = Path(__file__).parent


class Learnt:
    """A fitted table and what reads texts with it."""

    def __init__(self, script: str, shape, kept: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
        self.script, self.shape, self.kept = script, shape, kept
        self.row_of = fit.rows_of(kept, shape.bits)
        self.weights, self.step = fit.quantise(weights)
        self.bias, self.temperature = bias, (1.0, 0.0)

    def logits(self, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Before the temperature, and the number of rows of each text."""
        slots, starts = features(texts, self.script, self.shape.bits)
        x = fit.matrix(slots, starts, self.row_of, self.shape.rows)
        return (x @ (self.weights.astype(np.float32) * self.step)) * fit.scale(x) + self.bias, np.diff(x.indptr)

    def probabilities(self, texts: list[str]) -> np.ndarray:
        logits, counts = self.logits(texts)
        warmth = self.temperature[0] + self.temperature[1] / np.sqrt(np.maximum(counts, 1))
        return fit.softmax(logits / warmth[:, None])


def learn(script: str, learnt: corpus.Corpus, epochs: int, log) -> Learnt:
    shape = SHAPES[script]
    examples = fit.Examples(learnt, script, shape)
    kept = fit.select(examples, shape)
    x = fit.matrix(examples.slots, examples.starts, fit.rows_of(kept, shape.bits), shape.rows)
    del examples.slots
    first = fit.fit(x, examples.labels, examples.weights, len(shape.langs), epochs=1, seed=SEED, log=log)
    keep = fit.clean(x, examples, *first, STRANGER)
    log(f"{script}: {x.shape[0] - len(keep)} strangers of {x.shape[0]} texts dropped")
    w, b = fit.fit(x[keep], examples.labels[keep], examples.weights[keep], len(shape.langs), epochs=epochs, seed=SEED, log=log)
    return Learnt(script, shape, kept, w, b)


def warm(tables: dict[str, Learnt], rows: list[tuple[str, str]], log) -> None:
    """Fits each table's temperature on held-back texts, every language alike."""
    by_script = collections.defaultdict(list)
    for text, lang in rows:
        by_script[script_of(text)].append((text, lang))
    for script, table in tables.items():
        index = {lang: i for i, lang in enumerate(table.shape.langs)}
        known = [(text, index[lang]) for text, lang in by_script[script] if lang in index]
        if len(known) < 50:
            continue
        logits, counts = table.logits([text for text, _ in known])
        labels = np.array([label for _, label in known])
        weights = 1 / np.sqrt(np.bincount(labels, minlength=len(index)))[labels]
        table.temperature = calibrate.temperature(logits, counts, labels, weights)
        log(f"{script}: temperature {table.temperature[0]:.3f} + {table.temperature[1]:.3f} / √rows, of {len(known)} texts")


def held_back(near, measured, rng: random.Random) -> list[tuple[str, str]]:
    """What sets temperatures: the near part, whole and cut short, and the half of two far sets whose terms allow it."""
    cutter = Augmenter(rng, [("a b", "en", "post"), ("a b", "hi-Latn", "post")])
    rows = [(text, lang) for text, lang, kind in near if kind != "pseudo"]
    rows += [(cutter.cut(text.split(), 8, 60), lang) for text, lang, kind in near if kind in ("sentence", "post") for _ in range(2)]
    return rows + [(text, lang) for text, lang, _, name in measured if name in ("mhc", "declaration") and corpus.byte_of(text) < 128]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with lid/, aux/ and stance/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=HERE.parent / ".cache" / "language")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    args = parser.parse_args()
    began = time.monotonic()

    def log(*what) -> None:
        print(f"[{time.monotonic() - began:5.0f} s]", *what, flush=True)

    args.work.mkdir(parents=True, exist_ok=True)
    sources.fetch(args.work)
    learnt, near = corpus.build(args.data, args.work, SEED, log)
    measured = corpus.measured(args.data, args.work)
    tables = {script: learn(script, texts, args.epochs, log) for script, texts in learnt.items()}
    warm(tables, held_back(near, measured, random.Random(SEED)), log)

    roman, english = words.texts(learnt["Latin"])
    latin = tables["Latin"]
    w, b = words.learn(*words.examples(roman, english, random.Random(SEED)), latin.shape, latin.row_of, log=log)
    company = words.company(near, latin, w, b, random.Random(SEED), log)
    written = {}
    for script, table in tables.items():
        weights, step, bias = table.weights, table.step, table.bias
        if script == "Latin":
            column, unit = fit.quantise(w[:, None])
            weights, step, bias = np.concatenate([weights, column], 1), np.append(step, unit), np.append(bias, b)
        written[script] = export.Table(table.shape, table.kept, weights, step, bias, table.temperature, script == "Latin")
    size = export.write(args.out / "weights.bin", written)
    log(f"{args.out / 'weights.bin'}: {size} bytes; company {company}")
    card.write_parity(HERE / "parity.json", tables)
    card.write_card(args.out, learnt, tables)
    card.report(tables, measured, near, log)


if __name__ == "__main__":
    main()
