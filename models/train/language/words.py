"""The column that tells single words of romanised Hindi-Urdu from English ones.

Labels come from how often a word is in the one and in the other; the words of mixed posts are so learnt from posts
that were never tagged word by word. Tagged words (Swami et al.) only measure.
"""

import collections
import math
import random
import re

import numpy as np
import wordfreq
from scipy.optimize import minimize

import fit
from features import features
from letters import prose, script_of
from romanise import romanise
from tables import Shape

WORD = re.compile(r"[^\W\d_]+")
NO_WORDS = {"rt", "http", "https", "amp", "lt", "gt", "quot"}
# No word is surer than this; also in src/language/mix.rs.
CAP = 6.0
# No whole post is surer than 1 - DOUBT: one that is Hindi-Urdu for sure still holds English words.
DOUBT = 0.02


def tokens(text: str) -> list[str]:
    return [word for word in WORD.findall(prose(text).lower()) if word not in NO_WORDS]


def romanised(rng: random.Random) -> set[str]:
    """Frequent Hindi words as they may be typed: an English word among them may be meant as Hindi."""
    return {
        romanise(word, rng)
        for word, p in wordfreq.get_frequency_dict("hi", "small").items()
        if p > 1e-5 and script_of(word) == "Devanagari"
        for _ in range(4)
    }


def is_english(word: str, listed: dict[str, float]) -> bool:
    """Whether a word is frequent in English, and too long to be so by chance."""
    return len(word) >= 4 and listed.get(word, 0) > 1e-6


def examples(roman: list[str], english: list[str], rng: random.Random) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Words, how likely each is Hindi-Urdu, and how much it weighs."""
    ours, theirs = (collections.Counter(w for text in texts for w in tokens(text)) for texts in (roman, english))
    listed = wordfreq.get_frequency_dict("en", "large")
    hindi = romanised(rng)
    total_ours, total_theirs = sum(ours.values()), sum(theirs.values())
    words, shares, weights = [], [], []
    for word in sorted(set(ours) | set(theirs) | {w for w, p in listed.items() if p > 3e-7 and WORD.fullmatch(w) and w.isascii()}):
        # The English half in equal parts from posts and from the frequency list.
        p_ours = (ours[word] + 0.02) / total_ours
        p_theirs = (0.5 * (theirs[word] + 0.02) / total_theirs) + 0.5 * listed.get(word, 1e-9)
        # Roman Urdu posts are mixed themselves: a long English word that is no Hindi word is English there too.
        if word not in hindi and is_english(word, listed):
            p_ours *= 0.05
        p_ours = max(p_ours - 0.12 * p_theirs, 1e-10)
        words.append(word)
        shares.append(p_ours / (p_ours + p_theirs))
        weights.append((p_ours + p_theirs) ** 0.5)
    weights = np.array(weights, np.float32)
    return words, np.array(shares, np.float32), weights / weights.mean()


def learn(words, share, weights, shape: Shape, row_of: np.ndarray, *, epochs=12, seed=1, log=print):
    """Weights by row and bias of a logistic regression on single words."""
    slots, starts = features(words, "Latin", shape.bits)
    x = fit.matrix(slots, starts, row_of, shape.rows)
    s = fit.scale(x)[:, 0]
    rng = np.random.default_rng(seed)
    w, b = np.zeros(shape.rows, np.float32), 0.0
    m, v = np.zeros_like(w), np.zeros_like(w)
    mb = vb = 0.0
    batch, step = 4096, 0
    steps = epochs * math.ceil(len(words) / batch)
    for epoch in range(epochs):
        loss = 0.0
        order = rng.permutation(len(words))
        for start in range(0, len(order), batch):
            i = order[start : start + batch]
            part = x[i]
            z = (part @ w) * s[i] + b
            p = 1 / (1 + np.exp(-z))
            loss += float((weights[i] * -(share[i] * np.log(p + 1e-9) + (1 - share[i]) * np.log(1 - p + 1e-9))).sum())
            g = (p - share[i]) * weights[i] / len(i)
            gw = part.T @ (g * s[i]) + 1e-7 * w
            gb = float(g.sum())
            step += 1
            rate = 0.05 * (1 - (step - 1) / steps)
            m += 0.1 * (gw - m)
            v += 0.005 * (gw * gw - v)
            w -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.995**step)) + 1e-8)
            mb += 0.1 * (gb - mb)
            vb += 0.005 * (gb * gb - vb)
            b -= rate * (mb / (1 - 0.9**step)) / (math.sqrt(vb / (1 - 0.995**step)) + 1e-8)
        if epoch % 4 == 3:
            log(f"words, epoch {epoch + 1}: loss {loss / len(words):.4f}")
    return w, b


def scores(words: list[str], shape: Shape, row_of: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    slots, starts = features(words, "Latin", shape.bits)
    x = fit.matrix(slots, starts, row_of, shape.rows)
    return (x @ w) * fit.scale(x)[:, 0] + b


def texts(learnt) -> tuple[list[str], list[str]]:
    """Whole posts of romanised Hindi-Urdu and of English, none of them mixed on purpose, made up or cut."""
    roman = [text for text, lang, weight in zip(learnt.texts, learnt.langs, learnt.weights) if lang == "hi-Latn" and weight in (1.0, 0.5)]
    english = [text for text, lang, weight in zip(learnt.texts, learnt.langs, learnt.weights) if lang == "en" and weight == 1.0]
    return roman, english


def mixed_posts(near, rng: random.Random, count: int) -> list[tuple[list[str], list[int]]]:
    """Held-back posts of the two languages put together: words, and 1 for each that is Hindi-Urdu.

    Half of them change between runs of words; the others are Hindi-Urdu with single English words, as posts have them.
    """
    # What is English in the posts of the one language is left out: nobody tagged it.
    listed, hindi = wordfreq.get_frequency_dict("en", "large"), romanised(rng)
    roman = [
        [word for word in tokens(text) if word in hindi or not is_english(word, listed)]
        for text, lang, kind in near
        if lang == "hi-Latn" and kind == "post"
    ]
    english = [tokens(text) for text, lang, kind in near if lang == "en" and kind == "post"]
    single = [word for words in english for word in words if len(word) > 3]
    posts = []
    for number in range(count):
        pieces, total = [], rng.randint(4, 25)
        share = rng.choice((0.0, 1.0, rng.random(), rng.random()))
        while number % 2 and sum(len(piece) for piece, _ in pieces) < total:
            is_roman = rng.random() < share
            words = rng.choice(roman if is_roman else english)
            start, length = rng.randrange(max(1, len(words))), rng.randint(1, 6)
            pieces.append((words[start : start + length], int(is_roman)))
        if not number % 2:
            often = rng.choice((0.0, 0.1, 0.2, 0.35))
            for word in rng.choice(roman)[:total]:
                pieces.append(([rng.choice(single)], 0) if rng.random() < often else ([word], 1))
        posts.append(([w for piece, _ in pieces for w in piece], [tag for piece, tag in pieces for _ in piece]))
    return posts


def company(near, latin, w: np.ndarray, b: float, rng: random.Random, log=print) -> list[float]:
    """How much a word's own odds, its neighbours' and the whole post's count, by least error of the posts' shares.

    The numbers stand in src/language/mix.rs.
    """
    posts = [post for post in mixed_posts(near, rng, 3000) if post[0]]
    known = sorted({word for words, _ in posts for word in words})
    odds = dict(zip(known, np.clip(scores(known, latin.shape, latin.row_of, w, b), -CAP, CAP)))
    p = latin.probabilities([" ".join(words) for words, _ in posts])
    langs = latin.shape.langs
    roman, english = p[:, langs.index("hi-Latn")] + 1e-7, p[:, langs.index("en")] + 1e-7
    whole = np.log(np.clip(roman / (roman + english), DOUBT, 1 - DOUBT))
    whole -= np.log(np.clip(english / (roman + english), DOUBT, 1 - DOUBT))
    gold = np.array([np.mean(tags) for _, tags in posts])
    rows = [np.array([odds[word] for word in words]) for words, _ in posts]

    def shares(pair) -> np.ndarray:
        found = []
        for own, post in zip(rows, whole):
            beside = np.concatenate([own[1:], [0]]) + np.concatenate([[0], own[:-1]])
            found.append(np.mean(1 / (1 + np.exp(-(pair[0] * own + pair[1] * beside + pair[2] * post)))))
        return np.array(found)

    def error(pair) -> float:
        return float(np.mean((shares(pair) - gold) ** 2))

    best = minimize(error, [1.0, 0.5, 0.3], method="Nelder-Mead", options={"maxiter": 120}).x
    log(f"words: own {best[0]:.3f}, neighbours {best[1]:.3f}, post {best[2]:.3f}; mean error of the share {np.abs(shares(best) - gold).mean():.4f}")
    return [round(float(value), 3) for value in best]
