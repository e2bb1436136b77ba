"""Writes weights.bin; the layout stands in src/language/weights.rs."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tables import Shape


@dataclass
class Table:
    """A learnt table, ready to be written."""

    shape: Shape
    kept: np.ndarray
    weights: np.ndarray  # int8, rows by columns without padding
    step: np.ndarray
    bias: np.ndarray
    temperature: tuple[float, float]
    has_words: bool


def name(text: str) -> bytes:
    return struct.pack("<B", len(text.encode())) + text.encode()


def pack(script: str, table: Table) -> bytes:
    shape = table.shape
    columns = len(shape.langs) + table.has_words
    bitmap = np.zeros(1 << shape.bits, np.uint8)
    bitmap[table.kept] = 1
    weights = np.zeros((len(table.kept), shape.lanes), np.int8)
    weights[:, :columns] = table.weights
    padded = [np.concatenate([values, np.zeros(shape.lanes - columns)]).astype("<f4") for values in (table.step, table.bias)]
    return b"".join(
        [
            name(script),
            struct.pack("<BBHH", shape.bits, table.has_words, shape.lanes, len(shape.langs)),
            *map(name, shape.langs),
            struct.pack("<ff", *table.temperature),
            *(values.tobytes() for values in padded),
            np.packbits(bitmap, bitorder="little").tobytes(),
            struct.pack("<I", len(table.kept)),
            weights.tobytes(),
        ]
    )


def write(path: Path, tables: dict[str, Table]) -> int:
    """Writes the file; its size in bytes."""
    data = b"SMLANG1\n" + struct.pack("<I", len(tables)) + b"".join(pack(script, table) for script, table in tables.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)
