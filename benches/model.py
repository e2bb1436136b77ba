#!/usr/bin/env python3
"""The stance model three ways on the same pairs, in one run: this program, ONNX Runtime by itself, and what is
usually written in Python.

    pip install -r models/train/requirements.txt -r benches/requirements.txt
    python benches/model.py [--pairs 2000] [--program target/release/stancemark] [--runs 3]

- program: `stancemark stance` from a file to a file, starting, reading, tokenising and writing included.
- raw: the same batches (128 pairs at a time, sorted by length, 8 a run), tokenised before the clock starts, on as many
  one-thread sessions as there are processors. What the program's share of this is tells what it adds to the encoder.
- pipeline: transformers' text-classification pipeline in fp32 with its own batching, in the order of the pairs. It runs
  a network of the shipped model's shape (six layers), and one with all twelve layers of multilingual-e5-small, which is
  what fine-tuning that encoder as it comes gives; the weights are random, since they play no part in the time.

Prints posts a second and the ratios, the median of the runs. Pairs are the demo's posts, a number behind each text from
the second round on, so that none repeats.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import onnxruntime
import torch
import transformers
from transformers.modeling_outputs import SequenceClassifierOutput

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "models/train"))
import evaluate  # noqa: E402
from encoder import Stance  # noqa: E402

CHUNK, BATCH, PIPELINE_BATCH = 128, 8, 8
TARGETS = ("Facebook", "ISPR", "Pakistan", "India")


def made(number: int) -> list[dict]:
    demo = [json.loads(line) for line in (ROOT / "examples/iamispr.jsonl").open()]
    pairs = []
    for i in range(number):
        text = demo[i % len(demo)]["text"]
        pairs.append({"id": str(i), "text": f"{text} {i}", "target": TARGETS[i % len(TARGETS)]})
    return pairs


def program(path: str, pairs: list[dict]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pairs.jsonl")
        source.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs))
        begun = time.perf_counter()
        subprocess.run([path, "stance", str(source), "-o", f"{folder}/out.jsonl"], check=True, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begun


def raw(pairs: list[dict]) -> float:
    tokenizer = evaluate.tokenizer_at(ROOT / "models/stance/tokenizer.json")
    rows = [e.ids for e in tokenizer.encode_batch([(p["text"], p["target"]) for p in pairs])]
    feeds = []
    for at in range(0, len(rows), CHUNK):
        chunk = sorted(rows[at : at + CHUNK], key=len)
        feeds += [evaluate.feed(chunk[i : i + BATCH]) for i in range(0, len(chunk), BATCH)]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = str(ROOT / "models/stance/model.onnx")
    count = os.cpu_count() or 1
    sessions = [onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]) for _ in range(count)]

    def work(which: int) -> None:
        for feed in feeds[which::count]:
            sessions[which].run(["logits"], feed)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


class Wrapped(transformers.PreTrainedModel):
    """The network behind the interface that a pipeline expects."""

    config_class = transformers.PretrainedConfig

    def __init__(self, network: Stance):
        super().__init__(transformers.PretrainedConfig(num_labels=3))
        self.network = network

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **_) -> SequenceClassifierOutput:
        return SequenceClassifierOutput(logits=self.network(input_ids, attention_mask))


def pipeline(pairs: list[dict], layers: int) -> float:
    words = json.loads((ROOT / "models/stance/tokenizer.json").read_text())["model"]["vocab"]
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(ROOT / "models/stance/tokenizer.json"), pad_token="<pad>", unk_token="<unk>", sep_token="</s>", cls_token="<s>"
    )
    classify = transformers.pipeline("text-classification", model=Wrapped(Stance(len(words), layers)).eval(), tokenizer=tokenizer, device="cpu")
    posts = [{"text": pair["text"], "text_pair": pair["target"]} for pair in pairs]
    begun = time.perf_counter()
    classify(posts, batch_size=PIPELINE_BATCH, truncation="only_first", max_length=evaluate.MAX_TOKENS)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--program", default=str(ROOT / "target/release/stancemark"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--layers", type=int, nargs="+", default=[6, 12], help="layers of the pipeline's networks")
    args = parser.parse_args()
    transformers.logging.set_verbosity_error()
    pairs = made(args.pairs)
    ways = {
        "this program": lambda: program(args.program, pairs),
        "raw ONNX Runtime": lambda: raw(pairs),
    }
    for layers in args.layers:
        ways[f"Python pipeline, fp32, {layers} layers"] = lambda layers=layers: pipeline(pairs, layers)
    seconds = {name: [] for name in ways}
    for _ in range(args.runs):  # in turn, so that a busy minute touches every way
        for name, way in ways.items():
            seconds[name].append(way())
    rate = {name: args.pairs / statistics.median(found) for name, found in seconds.items()}
    print("| way | pairs/s | this program's rate by it |\n|---|---|---|")
    for name in ways:
        print(f"| {name} | {rate[name]:,.0f} | {rate['this program'] / rate[name]:.2f} |")


if __name__ == "__main__":
    main()
