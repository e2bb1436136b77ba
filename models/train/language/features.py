"""What the model looks at: the n-grams of one to five letters of each word, the word, and each pair of words.

Every feature is a 32-bit hash; its upper bits are its slot. The same arithmetic as src/language/features.rs.
"""

import numpy as np

from letters import SPACE, rows

LONGEST = 5
LETTER, CHAIN, WORD, PAIR = (np.uint32(n) for n in (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F))
# A shorter word is one of the n-grams.
SHORTEST_WORD = 4


def _rotate(h: np.ndarray) -> np.ndarray:
    return (h << np.uint32(5)) | (h >> np.uint32(27))


def features(texts: list[str], script: str, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Slots of all features of all texts, in order, and where each text's begin (one more entry than texts)."""
    codes, text_of = rows(texts, script)
    slots, counts = _slots(codes, text_of, bits)
    per_text = np.bincount(text_of, weights=counts, minlength=len(texts)).astype(np.int64)
    return slots, np.concatenate([[0], np.cumsum(per_text)])


def _slots(codes: np.ndarray, text_of: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Slots in order of the place where the feature ends, and how many end at each place."""
    shift = np.uint32(32 - bits)
    count = len(codes)
    places = np.arange(count)
    is_space = codes == SPACE
    last_space = np.maximum.accumulate(np.where(is_space, places, -1))
    # Letters of the word up to each place; at a space, those of the word that it ends.
    before = np.concatenate([[-1], last_space[:-1]])
    length = places - before - is_space
    longest = np.where(is_space, np.where(length > 0, length + 2, 0), length + 1)
    with np.errstate(over="ignore"):
        mixed = np.where(is_space, np.uint32(32), codes).astype(np.uint32) * LETTER
        hashes, valid = [], []
        h = mixed
        for n in range(1, LONGEST + 1):
            if n > 1:
                shifted = np.concatenate([np.full(n - 1, np.uint32(32) * LETTER, np.uint32), mixed[: -(n - 1)]])[:count]
                h = (_rotate(h) ^ shifted) * CHAIN
            hashes.append(h)
            valid.append((n <= longest) & ~is_space if n == 1 else n <= longest)
        word = _words(codes, mixed, before)
        ends = is_space & (length > 0)
        hashes.append((word ^ (word >> np.uint32(15))) * WORD)
        valid.append(ends & (length >= SHORTEST_WORD))
        # The word before, where there is one in the same text.
        at = np.flatnonzero(ends)
        previous, follows = np.zeros(count, np.uint32), np.zeros(count, bool)
        previous[at[1:]] = word[at[:-1]]
        follows[at[1:]] = text_of[at[1:]] == text_of[at[:-1]]
        pair = (_rotate(previous) ^ word) * PAIR
        hashes.append((pair ^ (pair >> np.uint32(15))) * WORD)
        valid.append(follows)
    valid = np.stack(valid, 1)
    slots = (np.stack(hashes, 1) >> shift)[valid]
    return slots, valid.sum(1)


def _words(codes: np.ndarray, mixed: np.ndarray, before: np.ndarray) -> np.ndarray:
    """At each space the hash of the word that it ends: h = h * WORD + letter, from 0."""
    inverse = np.uint32(pow(int(WORD), -1, 1 << 32))
    count = len(codes)
    up = np.cumprod(np.concatenate([[1], np.full(count, WORD, np.uint32)]).astype(np.uint32), dtype=np.uint32)
    down = np.cumprod(np.concatenate([[1], np.full(count, inverse, np.uint32)]).astype(np.uint32), dtype=np.uint32)
    terms = np.where(codes == SPACE, np.uint32(0), mixed) * down[:count]
    sums = np.concatenate([[0], np.cumsum(terms, dtype=np.uint32)]).astype(np.uint32)
    places = np.arange(count)
    return (sums[places] - sums[before + 1]) * up[np.maximum(places - 1, 0)]
