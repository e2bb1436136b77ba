"""The trained network as an ONNX graph, with the choice of how weights are stored.

Written out operator by operator because the quantisation has to be independent
of the batch: the same post must get the same scores alone and in any company.
`bench.py` measures the schemes; export.py ships one.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import ngrams
from encoder import END, PAD, Config, Stance

CONTRIB = "com.microsoft"
SCHEMES = ["fp32", "tensor8", "weights8", "rows8", "rows7", "nbits8-32", "nbits8-64", "nbits8-128"]


class Graph:
    """Nodes and constants under construction."""

    def __init__(self, scheme: str):
        self.scheme = scheme
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.zeros: str | None = None

    def const(self, value: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def matmul(self, x: str, weight: np.ndarray) -> str:
        """x times the transpose of a [out, in] weight, stored by the scheme."""
        if self.scheme == "fp32":
            return self.op("MatMul", x, self.const(weight.T))
        if self.scheme.startswith("nbits8"):
            return self.nbits(x, weight, int(self.scheme.split("-")[1]))
        # 64 levels: 2 * 255 * 64 fits in 16 bits, where CPUs without VNNI saturate sums of two products.
        scale = np.abs(weight).max(1) / (64 if self.scheme == "rows7" else 127)
        rounded = np.rint(weight / scale[:, None]).astype(np.int8).T
        if self.scheme == "weights8":
            dense = self.op("DequantizeLinear", self.const(rounded), self.const(scale), axis=1)
            return self.op("MatMul", x, dense)
        if self.scheme == "tensor8":
            return self.tensor(x, rounded, scale)
        return self.rows(x, rounded, scale)

    def tensor(self, x: str, rounded: np.ndarray, scale: np.ndarray) -> str:
        """The usual dynamic quantisation, one scale for the whole batch: measured, never shipped."""
        whole, step, zero = self.op("DynamicQuantizeLinear", x, outputs=3)
        product = self.op("Cast", self.op("MatMulInteger", whole, self.const(rounded), zero), to=TensorProto.FLOAT)
        return self.op("Mul", product, self.op("Mul", self.const(scale), step))

    def rows(self, x: str, rounded: np.ndarray, scale: np.ndarray) -> str:
        """Activations in 8 bits with one scale per token, spelt out in standard operators."""
        largest = self.op("ReduceMax", self.op("Abs", x), axes=[-1], keepdims=1)
        step = self.op("Div", self.op("Max", largest, self.const(np.float32(1e-8))), self.const(np.float32(127)))
        if self.zeros is None:
            middle = numpy_helper.from_array(np.array([128], np.uint8))
            self.zeros = self.op("ConstantOfShape", self.op("Shape", self.flat(step)), value=middle)
        whole = self.op("QuantizeLinear", x, self.flat(step), self.zeros, axis=0)
        product = self.op("MatMulInteger", whole, self.const(rounded), self.const(np.uint8(128)))
        return self.op("Mul", self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), self.const(scale)), step)

    def flat(self, column: str) -> str:
        return self.op("Squeeze", column, self.const(np.array([1], np.int64)))

    def nbits(self, x: str, weight: np.ndarray, block: int) -> str:
        """8-bit blocks of weights; level 4 rounds each token's activations by block as well."""
        rows, columns = weight.shape
        blocks = weight.reshape(rows, columns // block, block)
        scale = np.maximum(np.abs(blocks).max(2), 1e-8) / 127
        stored = (np.rint(blocks / scale[:, :, None]) + 128).astype(np.uint8)
        return self.op(
            "MatMulNBits", x, self.const(stored), self.const(scale.ravel().astype(np.float32)),
            domain=CONTRIB, K=columns, N=rows, bits=8, block_size=block, accuracy_level=4,
        )  # fmt: skip

    def embed(self, ids: str, table: np.ndarray) -> str:
        """Rows of the table, gathered in 8 bits and scaled after: the table never exists in fp32."""
        if self.scheme == "fp32":
            return self.op("Gather", self.const(table), ids)
        scale = np.maximum(np.abs(table).max(1, keepdims=True), 1e-8) / 127
        rounded = np.rint(table / scale).astype(np.int8)
        rows = self.op("Cast", self.op("Gather", self.const(rounded), ids), to=TensorProto.FLOAT)
        return self.op("Mul", rows, self.op("Gather", self.const(scale), ids))


class Parts:
    """Which positions hold the post (with <s>) and which the target's name (with its </s>)."""

    def __init__(self, g: Graph):
        zero, two = g.const(np.array(0, np.int64)), g.const(np.array(2, np.int64))
        ends = g.op("Cast", g.op("Equal", "input_ids", g.const(np.array(END, np.int64))), to=TensorProto.INT64)
        before = g.op("CumSum", ends, g.const(np.array(1, np.int64)))
        self.post = g.op("Equal", before, zero)
        padded = g.op("Equal", "input_ids", g.const(np.array(PAD, np.int64)))
        self.target = g.op("And", g.op("GreaterOrEqual", before, two), g.op("Not", padded))


def mean(g: Graph, x: str, part: str) -> str:
    """The mean of the hidden states at some positions."""
    weight = g.op("Unsqueeze", g.op("Cast", part, to=TensorProto.FLOAT), g.const(np.array([2], np.int64)))
    one = g.const(np.array([1], np.int64))
    return g.op("Div", g.op("ReduceSum", g.op("Mul", x, weight), one, keepdims=0), g.op("ReduceSum", weight, one, keepdims=0))


def partner(g: Graph, table: ngrams.Table, parts: Parts) -> str:
    """The logits of ngrams.py: every n-gram looked up under its target's owner, nothing for other targets."""

    def whole(value) -> str:
        return g.const(np.array(value, np.int64))

    def shift(x: str, by: int) -> str:
        """The value `by` positions further on; zero, or false, after the end."""
        return g.op("Pad", g.op("Slice", x, whole([by]), whole([1 << 30]), whole([1])), whole([0, 0, 0, by]))

    ids = "input_ids"
    # The name's signature: ids weighted by their place in the name, summed up.
    own = g.op("Cast", g.op("And", parts.target, g.op("Not", g.op("Equal", ids, whole(END)))), to=TensorProto.INT64)
    place = g.op("Mod", g.op("Sub", g.op("CumSum", own, whole(1)), whole(1)), whole(3))
    factor = g.op("Gather", g.const(ngrams.FACTORS[0, :3]), g.op("Mul", place, own))
    terms = g.op("Mul", g.op("Mul", g.op("Add", ids, whole(1)), factor), own)
    name = g.op("Mod", g.op("ReduceSum", terms, whole([1]), keepdims=1), whole(ngrams.PRIME))
    match = g.op("Cast", g.op("Equal", name, g.const(table.names[None, :])), to=TensorProto.INT64)
    owner = g.op("ReduceSum", g.op("Mul", match, g.const(table.owners[None, :].astype(np.int64))), whole([1]), keepdims=1)

    words = g.op("And", parts.post, g.op("Not", g.op("Equal", ids, whole(ngrams.START))))
    words = g.op("Cast", words, to=TensorProto.INT64)
    values, fingers = g.const(table.values), g.const(table.fingers)
    totals, counts, inside = [], [], words
    for order in range(1, ngrams.ORDERS + 1):
        if order > 1:
            inside = g.op("Mul", inside, shift(words, order - 1))
        places = []
        for row, modulus in zip(ngrams.FACTORS, (ngrams.SLOTS, ngrams.FINGERS)):
            h = g.op("Mul", g.op("Add", g.op("Mul", owner, whole(4)), whole(order)), whole(row[3]))
            for k in range(order):
                h = g.op("Add", h, g.op("Mul", shift(ids, k) if k else ids, whole(row[k])))
            places.append(g.op("Mod", g.op("Mod", h, whole(ngrams.PRIME)), whole(modulus)))
        first, finger = places
        further = g.op("Mul", g.op("Add", finger, whole(1)), whole(ngrams.STRIDE))
        for slot in (first, g.op("Mod", g.op("Add", first, further), whole(ngrams.SLOTS))):
            kept = g.op("Cast", g.op("Gather", fingers, slot), to=TensorProto.INT64)
            kept = g.op("Mul", g.op("Cast", g.op("Equal", kept, finger), to=TensorProto.INT64), inside)
            kept = g.op("Unsqueeze", g.op("Cast", kept, to=TensorProto.FLOAT), whole([2]))
            found = g.op("Mul", g.op("Cast", g.op("Gather", values, slot), to=TensorProto.FLOAT), kept)
            totals.append(g.op("ReduceSum", found, whole([1]), keepdims=0))
        counts.append(g.op("ReduceSum", inside, whole([1]), keepdims=1))
    number = g.op("Cast", g.op("Max", g.op("Sum", *[g.op("Cast", c, to=TensorProto.FLOAT) for c in counts]), g.const(np.float32(1))), to=TensorProto.FLOAT)
    total = g.op("Div", g.op("Mul", g.op("Sum", *totals), g.const(table.scale)), g.op("Sqrt", number))
    known = g.op("Cast", g.op("Greater", owner, whole(0)), to=TensorProto.FLOAT)
    flat = g.op("Squeeze", owner, whole([1]))
    return g.op("Add", g.op("Mul", total, known), g.op("Gather", g.const(table.bias), flat))


def build(model: Stance, scheme: str, table: ngrams.Table | None = None, share: float = 1.0) -> onnx.ModelProto:
    """The model as a graph; with a table, its logits times `share` are added to the encoder's."""
    state = {k: v.detach().float().numpy() for k, v in model.state_dict().items()}
    g = Graph(scheme)
    one = g.const(np.array([1], np.int64))

    def layer_norm(x: str, name: str) -> str:
        return g.op("LayerNormalization", x, g.const(state[f"{name}.weight"]), g.const(state[f"{name}.bias"]), epsilon=Config.eps)

    def skip_norm(x: str, update: str, name: str, bias: str) -> str:
        return layer_norm(g.op("Add", x, g.op("Add", update, g.const(state[bias]))), name)

    length = g.op("Slice", g.op("Shape", "input_ids"), one, g.const(np.array([2], np.int64)))
    places = g.op("Slice", g.const(state["positions.weight"]), g.const(np.array([0], np.int64)), length, g.const(np.array([0], np.int64)))
    x = layer_norm(g.op("Add", g.embed("input_ids", state["words.weight"]), places), "norm")
    # Tokens in one column, [batch * seq, hidden], except inside attention and the mean.
    shape = g.op("Concat", g.op("Shape", "input_ids"), g.const(np.array([-1], np.int64)), axis=0)
    x = g.op("Reshape", x, g.const(np.array([-1, Config.hidden], np.int64)))
    keys = g.op("Cast", "attention_mask", to=TensorProto.INT32)

    for i in range(len(model.layers)):
        p = f"layers.{i}."
        parts = ("query", "key", "value")
        joined = g.matmul(x, np.concatenate([state[f"{p}{n}.weight"] for n in parts]))
        joined = g.op("Add", joined, g.const(np.concatenate([state[f"{p}{n}.bias"] for n in parts])))
        q, k, v = g.op("Split", g.op("Reshape", joined, shape), g.const(np.array([Config.hidden] * 3, np.int64)), outputs=3, axis=-1)
        mixed = g.op("MultiHeadAttention", q, k, v, "", keys, domain=CONTRIB, num_heads=Config.heads)
        mixed = g.op("Reshape", mixed, g.const(np.array([-1, Config.hidden], np.int64)))
        x = skip_norm(x, g.matmul(mixed, state[f"{p}mix.weight"]), f"{p}mix_norm", f"{p}mix.bias")
        inner = g.op("BiasGelu", g.matmul(x, state[f"{p}up.weight"]), g.const(state[f"{p}up.bias"]), domain=CONTRIB)
        x = skip_norm(x, g.matmul(inner, state[f"{p}down.weight"]), f"{p}down_norm", f"{p}down.bias")

    parts = Parts(g)
    x = g.op("Reshape", x, shape)
    pooled = [mean(g, x, part) for part in (parts.post, parts.target)]
    logits = g.op("Gemm", g.op("Concat", *pooled, axis=1), g.const(state["head.weight"]), g.const(state["head.bias"]), transB=1)
    if table is not None:
        logits = g.op("Add", logits, g.op("Mul", partner(g, table, parts), g.const(np.float32(share))))
    g.op("Identity", logits)
    g.nodes[-1].output[0] = "logits"

    graph = helper.make_graph(
        g.nodes, "stance",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "seq"]) for n in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])], g.constants,
    )  # fmt: skip
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)], producer_name="stancemark")
    built.ir_version = 9
    onnx.checker.check_model(built)
    return built
