"""The network: a BERT encoder, mean pooling, and three logits.

Written out rather than imported, so that export.py can lay the same arithmetic
down as an ONNX graph operator by operator.
"""

import torch
import torch.nn.functional as F
from torch import nn


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
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        mixed = self.mix(mixed.transpose(1, 2).reshape(b, t, h))
        x = self.mix_norm(x + self.dropout(mixed))
        return self.down_norm(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Stance(nn.Module):
    """Logits in the order of LABELS for a pair of post and target."""

    def __init__(self, words: int, layers: int, dropout: float = 0.1):
        super().__init__()
        self.words = nn.Embedding(words, Config.hidden)
        self.positions = nn.Embedding(Config.positions, Config.hidden)
        self.norm = nn.LayerNorm(Config.hidden, Config.eps)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(Config.hidden, 3)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.words(ids) + self.positions.weight[: ids.shape[1]]
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask[:, None, None, :].float()) * -10_000.0
        for layer in self.layers:
            x = layer(x, bias)
        weight = mask[:, :, None].float()
        pooled = (x.float() * weight).sum(1) / weight.sum(1)
        return self.head(self.dropout(pooled))
