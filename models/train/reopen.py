"""The shipped model's weights, read back from its ONNX file: where further training starts (`train.py --start`).

The file keeps matrices in 8 bits, each row within 0.8 % of its largest weight; training mends that in its first steps.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from encoder import Config


def weights(model: Path) -> dict[str, torch.Tensor]:
    """The encoder and its head, under the names of encoder.Stance; the n-gram partner is left out.

    Follows the order in which graph.build lays constants down with a scheme of 8-bit rows.
    """
    constants = [numpy_helper.to_array(c) for c in onnx.load(model).graph.initializer]
    constants = iter([c for c in constants if c.dtype == np.int8 or (c.dtype == np.float32 and c.size >= 3)])
    h = Config.hidden

    def vector(*shape: int) -> np.ndarray:
        value = next(constants)
        if value.dtype != np.float32 or value.shape != shape:
            raise SystemExit(f"{model}: {value.dtype} {value.shape} stands where float32 {shape} is expected; graph.py did not write it in 8-bit rows")
        return value

    def matrix(rows: int, columns: int) -> np.ndarray:
        """A weight [rows, columns], stored transposed with a scale for each row."""
        value = next(constants)
        if value.shape != (columns, rows):
            raise SystemExit(f"{model}: {value.dtype} {value.shape} stands where int8 {(columns, rows)} is expected; graph.py did not write it in 8-bit rows")
        return value.T.astype(np.float32) * vector(rows)[:, None]

    state = {"positions.weight": vector(Config.positions, h)}
    words = next(constants)
    state["words.weight"] = words.astype(np.float32) * vector(len(words), 1)
    state["norm.weight"], state["norm.bias"] = vector(h), vector(h)
    layer = 0
    rest = list(constants)
    while rest[0].dtype == np.int8:  # after the last layer comes the head
        constants, p = iter(rest), f"layers.{layer}."
        joined, bias = matrix(3 * h, h), vector(3 * h)
        for i, name in enumerate(("query", "key", "value")):
            state[f"{p}{name}.weight"], state[f"{p}{name}.bias"] = joined[i * h : (i + 1) * h], bias[i * h : (i + 1) * h]
        for name, norm, rows, columns in (("mix", "mix_norm", h, h), ("up", None, Config.inner, h), ("down", "down_norm", h, Config.inner)):
            state[f"{p}{name}.weight"], state[f"{p}{name}.bias"] = matrix(rows, columns), vector(rows)
            if norm:
                state[f"{p}{norm}.weight"], state[f"{p}{norm}.bias"] = vector(h), vector(h)
        layer, rest = layer + 1, list(constants)
    constants = iter(rest)
    state["head.weight"], state["head.bias"] = vector(3, 2 * h), vector(3)
    return {name: torch.from_numpy(np.array(value)) for name, value in state.items()}
