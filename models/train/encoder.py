"""The network: a BERT encoder, a mean over the post and one over the target's name, and three logits.

Written out rather than imported, so that export.py can lay the same arithmetic
down as an ONNX graph operator by operator.
"""

import torch
import torch.nn.functional as F
from torch import nn

PAD, END = 1, 2  # ids of <pad> and </s>; a pair reads <s> post </s> </s> target </s>


class Config:
    hidden = 384
    heads = 12
    inner = 1536
    positions = 128
    eps = 1e-12
    base_layers = 12


class Layer(nn.Module):
    def __init__(self, dropout: float):
        super().__init__()
        h = Config.hidden
        self.query, self.key, self.value, self.mix = (nn.Linear(h, h) for _ in range(4))
        self.mix_norm, self.down_norm = nn.LayerNorm(h, Config.eps), nn.LayerNorm(h, Config.eps)
        self.up, self.down = nn.Linear(h, Config.inner), nn.Linear(Config.inner, h)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        b, t, h = x.shape
        q, k, v = (f(x).view(b, t, Config.heads, -1).transpose(1, 2) for f in (self.query, self.key, self.value))
        # Written out: on short posts the fused kernel's backward pass is several times slower on a CPU.
        scores = (q @ k.transpose(2, 3)) * (h // Config.heads) ** -0.5 + bias.to(q.dtype)
        mixed = scores.softmax(-1).to(v.dtype) @ v
        mixed = self.mix(mixed.transpose(1, 2).reshape(b, t, h))
        x = self.mix_norm(x + self.dropout(mixed))
        return self.down_norm(x + self.dropout(self.down(F.gelu(self.up(x)))))


def post_and_target(ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Which positions belong to the post (with <s>) and which to the target's name (with its </s>), as 0 and 1."""
    ends = (ids == END).cumsum(1)
    return (ends == 0).float(), ((ends >= 2) & (ids != PAD)).float()


class Stance(nn.Module):
    """Logits in the order of LABELS for a pair of post and target."""

    def __init__(self, words: int, layers: int, dropout: float = 0.1, two_means: bool = True):
        super().__init__()
        self.words = nn.Embedding(words, Config.hidden)
        self.positions = nn.Embedding(Config.positions, Config.hidden)
        self.norm = nn.LayerNorm(Config.hidden, Config.eps)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.two_means = two_means
        self.head = nn.Linear(Config.hidden * (2 if two_means else 1), 3)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.words(ids) + self.positions.weight[: ids.shape[1]]
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask[:, None, None, :].float()) * -10_000.0
        for layer in self.layers:
            x = layer(x, bias)
        parts = post_and_target(ids) if self.two_means else (mask.float(),)
        pooled = [(x.float() * part[:, :, None]).sum(1) / part.sum(1, keepdim=True) for part in parts]
        return self.head(self.dropout(torch.cat(pooled, 1)))
