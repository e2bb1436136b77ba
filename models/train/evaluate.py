"""Score an exported model folder on what it was not trained on.

    python models/train/evaluate.py --data DATA --model models/stance

Runs the ONNX file as the program does. Gold's `aside` half is only reported;
its `tune` half sets the temperature and may be looked at while developing.
Intervals are 95 % percentile bootstraps over clusters of near-duplicate posts.
"""

import argparse
import collections
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import data
import split
import targets
from data import LABELS, Pair
from text import model_text

MAX_TOKENS = 96
PAD = 1
DRAWS = 500
LEAST_PAIRS = 40  # a source of gold with fewer pairs gets no figure of its own
THREE = ["support", "platform_attack", "country_target"]


def session(model: Path | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"])


def tokenizer_at(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_first")
    return tokenizer


def feed(rows: list[list[int]]) -> dict[str, np.ndarray]:
    ids = np.full((len(rows), max(map(len, rows))), PAD, np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    return {"input_ids": ids, "attention_mask": (ids != PAD).astype(np.int64)}


class Scorer:
    def __init__(self, model: Path | bytes, tokenizer: Path):
        self.session, self.tokenizer = session(model), tokenizer_at(tokenizer)

    def logits(self, pairs: list[Pair], batch: int = 16) -> np.ndarray:
        rows = [e.ids for e in self.tokenizer.encode_batch([(p.text, p.target) for p in pairs])]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), 3), np.float32)
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            out[part] = self.session.run(["logits"], feed([rows[i] for i in part]))[0]
        return out


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    scaled = np.exp((logits - logits.max(1, keepdims=True)) / temperature)
    return scaled / scaled.sum(1, keepdims=True)


# ---- what is measured -------------------------------------------------------


@dataclass
class Score:
    set: str
    measure: str
    value: float
    low: float
    high: float
    n: int


def f1s(true: np.ndarray, said: np.ndarray, classes: list[int]) -> float:
    table = np.bincount(true * 3 + said, minlength=9).reshape(3, 3)
    hit, both = np.diag(table), table.sum(0) + table.sum(1)
    return float(np.mean([2 * hit[c] / both[c] if both[c] else 0.0 for c in classes]))


def interval(value: Callable[[np.ndarray], float], units: list[str]) -> tuple[float, float, float]:
    """The statistic on all rows, and its range when clusters of rows are redrawn."""
    groups = collections.defaultdict(list)
    for i, unit in enumerate(units):
        groups[unit].append(i)
    members = [np.array(g) for g in groups.values()]
    rng = np.random.default_rng(1)
    draws = [value(np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])) for _ in range(DRAWS)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return value(np.arange(len(units))), float(low), float(high)


def gold_rows(folder: Path, side: str) -> list[dict]:
    posts = data.read(folder / "gold/dev.jsonl")
    cluster = split.clusters(posts)
    return [dict(p, cluster=cluster[p["id"]]) for p in posts if ("tune" if split.byte_of(cluster[p["id"]]) < 128 else "aside") == side]


def gold_pairs(posts: list[dict]) -> tuple[list[Pair], list[tuple[dict, str]]]:
    """Pairs of a post with each target it names or was annotated with, contested ones left out."""
    pairs, keys = [], []
    for post in posts:
        stances = {s["target"]: s["stance"] for s in post["stances"] if s["target"] in targets.NAMES}
        contested = {s["target"] for s in post["contested_stances"]}
        for code in sorted((set(targets.mentioned(post["text"])) | set(stances)) - contested):
            pairs.append(Pair(model_text(post["text"]), targets.names(code)[0], stances.get(code, "none"), "gold"))
            keys.append((post, code))
    return pairs, keys


def label_of(home: str, code: str, stance: str) -> str | None:
    if code.startswith("P:"):
        return "platform_attack" if stance == "against" else None
    if code == home.upper():
        return "support" if stance == "favor" else None
    return "country_target" if stance == "against" else None


def post_scores(posts: list[dict], given: dict[str, set[str]], name: str) -> list[Score]:
    """The three labels given to posts: macro-F1 first, then each."""
    tables = {
        label: np.array([
            (0, 0, 0) if label in p["contested"] else
            (label in p["labels"] and label in given[p["id"]], label in given[p["id"]], label in p["labels"])
            for p in posts
        ])
        for label in THREE
    }  # fmt: skip

    def f1(label: str, i: np.ndarray) -> float:
        hit, given_n, true_n = tables[label][i].sum(0)
        return 2 * hit / (given_n + true_n) if given_n + true_n else 0.0

    clusters = [p["cluster"] for p in posts]
    out = [Score(name, "macro-F1 of the three labels", *interval(lambda i: float(np.mean([f1(x, i) for x in THREE])), clusters), len(posts))]
    return out + [Score(name, f"F1 of {x}", *interval(lambda i, x=x: f1(x, i), clusters), int(tables[x][:, 2].sum())) for x in THREE]


def gold_scores(scorer: Scorer, posts: list[dict], side: str = "gold aside") -> list[Score]:
    pairs, keys = gold_pairs(posts)
    true = np.array([LABELS.index(p.stance) for p in pairs])
    said = scorer.logits(pairs).argmax(1)
    units = [post["cluster"] for post, _ in keys]
    out = [Score(f"{side}, pairs", "macro-F1 of favor, against, none", *interval(lambda i: f1s(true[i], said[i], [0, 1, 2]), units), len(pairs))]

    for source, number in collections.Counter(post["source"] for post, _ in keys).most_common():
        i = np.array([k for k, (post, _) in enumerate(keys) if post["source"] == source])
        if number >= LEAST_PAIRS:
            part = interval(lambda j, i=i: f1s(true[i][j], said[i][j], [0, 1, 2]), [units[k] for k in i])
            out.append(Score(f"{side}, pairs, {source}", "macro-F1 of favor, against, none", *part, number))

    named = np.array([code in targets.mentioned(post["text"]) for post, code in keys])
    for title, only_named in (("all candidates", False), ("only targets the post names", True)):
        given = {post["id"]: set() for post in posts}
        for (post, code), stance, name in zip(keys, said, named):
            label = label_of(post["home"], code, LABELS[stance])
            if label and (name or not only_named):
                given[post["id"]].add(label)
        out += post_scores(posts, given, f"{side}, posts, {title}")
    return out


def public_scores(scorer: Scorer, rows: list[dict]) -> list[Score]:
    out = []

    def add(name: str, source: str, classes: list[int], by: str | None = None, lang: str | None = None) -> None:
        part = [r for r in rows if r["source"] == source and lang in (None, r["lang"])]
        pairs = [Pair(model_text(r["text"]), r["target"], r["stance"], source) for r in part]
        true = np.array([LABELS.index(p.stance) for p in pairs])
        said = scorer.logits(pairs).argmax(1)
        kind = np.array([r[by] for r in part]) if by else np.zeros(len(part))
        groups = sorted(set(kind.tolist()))

        def value(i: np.ndarray) -> float:
            return float(np.mean([f1s(true[i][kind[i] == g], said[i][kind[i] == g], classes) for g in groups]))

        words = " and ".join(LABELS[c] for c in classes)
        measure = f"F1 of {words}" + (f", mean over {len(groups)} targets" if by else "")
        out.append(Score(name, measure, *interval(value, [split.plain(r["text"]) for r in part]), len(part)))

    add("SemEval-2016 6A, own dev part", "semeval2016-t6", [0, 1])
    add("P-Stance dev", "p-stance", [0, 1], by="target")
    add("Russia and Ukraine dev", "ruw", [0, 1, 2], by="target")
    add("Catalonia dev, ca", "cic", [0, 1, 2], lang="ca")
    add("Catalonia dev, es", "cic", [0, 1, 2], lang="es")
    add("Notebandi dev, hi-Latn", "notebandi", [0, 1, 2])
    add("Mawqif (ar), own dev part", "mawqif", [0, 1], by="target")
    add("SemEval topics dev, unseen targets", "semeval-topics", [0, 1, 2])
    add("entity sentiment dev, unseen companies", "entity-sentiment", [0, 1, 2])
    return out


def target_checks(scorer: Scorer, posts: list[dict]) -> list[Score]:
    """Does the model read the target? Gold pairs with a stance, the target taken away or another put in."""
    pairs, keys = gold_pairs(posts)
    rng = random.Random(1)
    kept = [(p, k) for p, k in zip(pairs, keys) if p.stance != "none"]
    pairs, keys = [p for p, _ in kept], [k for _, k in kept]
    true = np.array([LABELS.index(p.stance) for p in pairs])
    units = [post["cluster"] for post, _ in keys]

    def other(post: dict, code: str) -> str:
        taken = {s["target"] for s in post["stances"] + post["contested_stances"]} | {code}
        return targets.names(rng.choice([c for c in ("PK", "IN", "CN", "RU", "P:facebook", "P:google") if c not in taken]))[0]

    variants = {
        "right target": [p.target for p in pairs],
        "no target": ["" for _ in pairs],
        "another target": [other(*key) for key in keys],
    }
    out = []
    for name, names in variants.items():
        said = scorer.logits([Pair(p.text, t, p.stance, p.source) for p, t in zip(pairs, names)]).argmax(1)
        same = (said == true).astype(float)
        out.append(Score("gold aside, pairs with a stance", f"share given the right target's stance: {name}", *interval(lambda i: float(same[i].mean()), units), len(pairs)))
    return out


def fit_temperature(scorer: Scorer, posts: list[dict]) -> float:
    """The temperature with the least log loss on gold's tune half."""
    pairs, _ = gold_pairs(posts)
    logits, true = scorer.logits(pairs), np.array([LABELS.index(p.stance) for p in pairs])
    grid = np.arange(0.5, 3.0, 0.01)
    loss = [-np.log(softmax(logits, t)[np.arange(len(true)), true]).mean() for t in grid]
    return round(float(grid[int(np.argmin(loss))]), 2)


def all_scores(scorer: Scorer, folder: Path) -> list[Score]:
    aside = gold_rows(folder, "aside")
    return gold_scores(scorer, aside) + target_checks(scorer, aside) + public_scores(scorer, data.public(folder)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--json", type=Path, help="write the scores here as well")
    args = parser.parse_args()
    scores = all_scores(Scorer(args.model / "model.onnx", args.model / "tokenizer.json"), args.data)
    for s in scores:
        print(f"{s.set:50} {s.measure:62} {100 * s.value:5.1f} [{100 * s.low:.1f}, {100 * s.high:.1f}]  n={s.n}")
    if args.json:
        args.json.write_text(json.dumps([vars(s) for s in scores], indent=1))


if __name__ == "__main__":
    main()
