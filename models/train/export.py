"""Write the model folder: graph, tokenizer, card, and the cases for the Rust test.

    python models/train/export.py --data DATA --work WORK --out models/stance
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

import data
import evaluate
import graph
import ngrams
import split
from encoder import Stance
from evaluate import MAX_TOKENS, PAD, Scorer, softmax
from text import model_text

SCHEME = "rows7"
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
HERE = Path(__file__).parent

# Where the weights come from: name, licence, and what it was used for.
SOURCES = {
    "silver": ("posts read with the project's guide", "posts: terms of the sets they come from; labels: this project, by a language model", "stance toward countries and platforms"),
    "readings": ("more posts of the public sets read with the guide (readings.tsv)", "posts: terms of the sets they come from; labels: this project, by a language model", "stance toward countries and platforms, chosen where an earlier model was unsure"),
    "written": ("made-up posts, written for training by a language model", "this project", "platforms, negation, reported speech, sarcasm, several targets"),
    "mawqif": ("Mawqif", "none stated; public research data, published to train stance models", "stance in Arabic; four fifths, the rest is measured on"),
    "semeval2016-t6": ("SemEval-2016 task 6", "NRC: cite, no redistribution of the text", "stance, training file less a dev part"),
    "p-stance": ("P-Stance", "MIT", "stance toward politicians"),
    "ruw": ("Russia/Ukraine stance", "none stated; public research data", "stance toward two countries"),
    "cic": ("Catalonia independence corpus", "none stated; public research data", "stance in Catalan and Spanish"),
    "notebandi": ("Notebandi", "GPL-3", "stance in romanised Hindi"),
    "entity-sentiment": ("entity sentiment of tweets", "unverified", "stance toward companies and games"),
    "sanders": ("Sanders Twitter corpus", "research", "stance toward companies"),
    "semeval-topics": ("SemEval-2016 task 4, topics", "Twitter terms", "stance toward many topics"),
    "covid-china": ("COVID-19 and China", "none stated; public research data", "stance toward a country"),
}

DESCRIPTION = "Stance of a social-media post toward a named target: favor, against or none. Six layers of multilingual-e5-small, 60,000 pieces of its vocabulary, 8-bit; beside it an n-gram model for targets with many labelled posts."
LICENCE = "MIT (base encoder multilingual-e5-small: MIT); the training data's own terms are listed under data"
LIMITS = (
    "Best on Urdu, Hindi (both also romanised) and English posts about countries, armies and platforms. "
    "Other languages have few or no labelled posts behind them. Sarcasm, quotation and stance that is "
    "implied without naming the target are often missed. Gold labels come from language models that agree "
    "with each other more than people would. Posts are cut at 96 tokens."
)
NOT_FOR = "Decisions about single persons or accounts; saying who is behind an account; moderation without a person in the loop; legal evidence."

# Made-up posts for the test that Rust and Python give the same probabilities.
PARITY = [
    ("Proud of our forces, always with you!", "Pakistan Army"),
    ("Shame on you @facebook, you removed our pages without any reason https://example.org/x", "Facebook"),
    ("The foreign office said on Monday that talks will go on.", "India"),
    ("پاکستان زندہ باد، پاک فوج پائندہ باد", "Pakistan"),
    ("فیس بک نے بغیر وجہ ہمارا صفحہ بند کر دیا، شرم کرو", "Facebook"),
    ("भारत माता की जय, हमारे जवानों को सलाम 🇮🇳", "India"),
    ("फेसबुक हमारी आवाज़ दबा रहा है", "Facebook"),
    ("yaar facebook ne phir page uraaa diya, bohat bura kiya", "Facebook"),
    ("hamari fauj par humein naz hai", "Pakistan"),
    ("منصة تويتر تحذف منشوراتنا دائما", "Twitter"),
    ("Россия нам не друг, хватит врать", "Russia"),
    ("Instagram no funciona otra vez, qué desastre", "Instagram"),
    ("বাংলাদেশ আমার গর্ব", "Bangladesh"),
    ("ok", "ISPR"),
    ("A long post is cut at its end and keeps its target, however much its author goes on about it. " * 10, "YouTube"),
]


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def hashed(path: Path) -> str:
    return f'{{ sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}", bytes = {path.stat().st_size} }}'


def card(out: Path, version: str, temperature: float, used: dict[str, int], scores: list[evaluate.Score]) -> str:
    lines = [
        'name = "stance"', f"version = {quoted(version)}", 'task = "stance"', f"description = {quoted(DESCRIPTION)}",
        f"licence = {quoted(LICENCE)}", "",
        "[input]", 'ids = "input_ids"', 'mask = "attention_mask"', f"max_tokens = {MAX_TOKENS}", f"pad_id = {PAD}", "",
        "[output]", 'name = "logits"', f"labels = {json.dumps(data.LABELS)}", f"temperature = {temperature}", "",
        "[files]", *(f'"{name}" = {hashed(out / name)}' for name in ("model.onnx", "tokenizer.json")), "",
        "[limits]", f"text = {quoted(LIMITS)}", f"not_for = {quoted(NOT_FOR)}",
    ]  # fmt: skip
    for source, rows in used.items():
        name, licence, use = SOURCES[source]
        lines += ["", "[[data]]", f"name = {quoted(name)}", f"licence = {quoted(licence)}", f"rows = {rows}", f"use = {quoted(use)}"]
    for s in scores:
        lines += [
            "", "[[score]]", f"set = {quoted(s.set)}", f"measure = {quoted(s.measure)}", f"value = {s.value:.4f}",
            f"low = {s.low:.4f}", f"high = {s.high:.4f}", f"n = {s.n}",
            'command = "python models/train/evaluate.py --data DATA --model models/stance"',
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def parity(scorer: Scorer, temperature: float) -> list[dict]:
    cases = []
    for post, target in PARITY:
        pair = data.Pair(model_text(post), target, "none", "parity")
        ids = scorer.tokenizer.encode(pair.text, target).ids
        probabilities = softmax(scorer.logits([pair]), temperature)[0]
        cases.append({"text": post, "target": target, "ids": ids, "probabilities": [round(float(p), 7) for p in probabilities]})
    return cases


def partner_table(work: Path, folder: Path) -> ngrams.Table:
    if not (work / "ngrams.npz").exists():
        rows, dev = data.public(folder)
        rows = data.apart(rows, dev + data.read(folder / "gold/dev.jsonl"))
        ngrams.train(rows, evaluate.tokenizer_at(work / "tokenizer.json")).save(work / "ngrams.npz")
    return ngrams.Table.load(work / "ngrams.npz")


def choose_share(model: Stance, table: ngrams.Table, work: Path, folder: Path) -> float:
    """How much the n-grams count beside the encoder: one number for all their targets, the best of `SHARES` by the
    mean F1 over the sets on one half of the dev rows. Says what either side and both reach on the other half."""
    rows = [r for r in data.public(folder)[1] if r["source"] in ngrams.SPEAKS_FOR]
    scorer = Scorer(graph.build(model, SCHEME).SerializeToString(), work / "tokenizer.json")
    encoder = scorer.logits([data.Pair(model_text(r["text"]), r["target"], r["stance"], r["source"]) for r in rows])
    partner = ngrams.score(table, scorer.tokenizer, rows)
    true = np.array([data.LABELS.index(r["stance"]) for r in rows])
    chooses = np.array([split.byte_of(split.plain(r["text"])) % 2 == 0 for r in rows])
    sets = [np.array([r["source"] == s for r in rows]) for s in ngrams.SPEAKS_FOR]

    def f1(logits: np.ndarray, part: np.ndarray) -> list[float]:
        return [round(100 * evaluate.f1s(true[s & part], logits[s & part].argmax(1), [0, 1, 2]), 1) for s in sets]

    share = max(SHARES, key=lambda x: np.mean(f1(encoder + x * partner, chooses)))
    print("macro-F1 on the half that chose nothing:", ", ".join(ngrams.SPEAKS_FOR))
    for name, logits in (("encoder", encoder), ("n-grams", partner), (f"encoder + {share} n-grams", encoder + share * partner)):
        print(f"  {name:24}", f1(logits, ~chooses))
    return share


def write(model: Stance, work: Path, folder: Path, out: Path, version: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    table = partner_table(work, folder)
    share = choose_share(model, table, work, folder)
    (out / "model.onnx").write_bytes(graph.build(model, SCHEME, table, share).SerializeToString())
    (out / "tokenizer.json").write_bytes((work / "tokenizer.json").read_bytes())
    scorer = Scorer(out / "model.onnx", out / "tokenizer.json")
    temperature = evaluate.fit_temperature(scorer, evaluate.gold_rows(folder, "tune"))
    used = json.loads((work / "used.json").read_text())
    (out / "model.toml").write_text(card(out, version, temperature, used, evaluate.all_scores(scorer, folder)))
    (HERE / "parity.json").write_text(json.dumps(parity(scorer, temperature), ensure_ascii=False, indent=1) + "\n")


def load(work: Path) -> Stance:
    state = torch.load(work / "checkpoint.pt")["model"]
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    model = Stance(len(state["words.weight"]), layers)
    model.load_state_dict(state)
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=HERE / ".cache/run")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="0.3.0")
    args = parser.parse_args()
    write(load(args.work), args.work, args.data, args.out, args.version)


if __name__ == "__main__":
    main()
