"""How warm the softmax must be for its probabilities to be true: a + b / √rows."""

import numpy as np
from scipy.optimize import minimize

# The held-back texts are near those learnt from, so that few errors are seen: no long text is made surer than this.
COOLEST = 0.4


def temperature(logits: np.ndarray, counts: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The pair (a, b) of least cross-entropy; `counts` are the rows behind each text's logits."""
    root = 1 / np.sqrt(np.maximum(counts, 1))
    at = np.arange(len(labels))

    def loss(pair) -> float:
        warmth = pair[0] + pair[1] * root
        z = logits / warmth[:, None]
        z = z - z.max(1, keepdims=True)
        return float((weights * (np.log(np.exp(z).sum(1)) - z[at, labels])).sum() / weights.sum())

    best = minimize(loss, [1.0, 0.5], method="L-BFGS-B", bounds=[(COOLEST, 3.0), (0.0, 5.0)])
    return float(best.x[0]), float(best.x[1])


def ece(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error: mean distance of confidence and accuracy over bins of equal width."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for i in range(bins):
        inside = place == i
        if inside.any():
            total += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(total)
