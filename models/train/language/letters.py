"""From a post to rows of letters: what src/language/letters.rs does, for whole corpora at once.

A text becomes a row of numbers: a folded letter's code point, or SPACE between words. Letters of another
script than the one asked for are spaces. `parity.json` is checked by both sides.
"""

import functools
import re
import unicodedata

import numpy as np

SPACE, DROPPED = 0, 1
ENTITY = re.compile(
    r"(?i)(?:https?://|www\.|t\.co/|pic\.twitter\.com/|bit\.ly/|youtu\.be/|fb\.me/)[^\s<>\"]+"
    r"|\S+@\S+\.\w{2,}|@\w+|&(?:amp|lt|gt|quot);|\bRT\b|\bhttps?\b"
)
HASHTAG = re.compile(r"[#\uff03][\w\u0300-\u036f\u064b-\u0652\u0670\u0900-\u0963\u0980-\u0e7f\u200c]+")
LETTER = re.compile(r"[^\W\d_]")
# With so many letters outside of hashtags, those are left out: they are names, or English, or words run together.
ENOUGH = 12
# Characters that stand for plain letters; only these are replaced by their NFKC form.
COMPATIBLE = re.compile("[\u24b6-\u24e9\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\uff21-\uff5a\U0001d400-\U0001d7cb]")
# Base letters of the precomposed letters with nukta: people write them with and without.
NUKTA = dict(zip("\u0929\u0931\u0934\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f", "नरळकखगजडढफय"))
RANGES = {
    "Latin": [(0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0x2AF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF)],
    "Arabic": [(0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF)],
    "Cyrillic": [(0x400, 0x52F)],
    "Devanagari": [(0x900, 0x97F), (0xA8E0, 0xA8FF)],
    "Hebrew": [(0x590, 0x5FF)],
    "Ethiopic": [(0x1200, 0x139F)],
}
# Marks and signs that are in no spelling that tells languages apart; nothing remains of them.
IGNORED = [(0xAD, 0xAD), (0x300, 0x36F), (0x591, 0x5C7), (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED), (0x93C, 0x93C), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)]


@functools.cache
def table(script: str) -> np.ndarray:
    """What each code point becomes in a text of this script."""
    codes = np.zeros(0x110000, np.uint32)
    for start, end in RANGES[script]:
        for point in range(start, end + 1):
            c = chr(point)
            category = unicodedata.category(c)
            if category[0] == "L" or category in ("Mn", "Mc"):
                c = NUKTA.get(c, c).lower()[0]
                codes[point] = ord(c)
    for start, end in IGNORED:
        for point in range(start, end + 1):
            if unicodedata.category(chr(point)) in ("Mn", "Cf", "Lm", "Mc"):
                codes[point] = DROPPED
    return codes


def prose(text: str) -> str:
    """Without addresses, handles and what is no word; without hashtags where enough is left; letters composed."""
    text = ENTITY.sub(" ", text)
    if "#" in text:
        rest = HASHTAG.sub(" ", text)
        if len(LETTER.findall(rest)) >= ENOUGH:
            text = rest
    text = COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", text)


def rows(texts: list[str], script: str) -> tuple[np.ndarray, np.ndarray]:
    """All texts' letters in one row, each word between two SPACEs, and the number of the text at each place."""
    joined = "\n".join(prose(text).replace("\n", " ") for text in texts) + "\n"
    points = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    text_of = np.cumsum(points == 10) - (points == 10)
    codes = table(script)[points]
    keep = codes != DROPPED
    codes, text_of = codes[keep], text_of[keep]
    # A letter more than twice in a row is there twice.
    again = np.zeros(len(codes), bool)
    again[2:] = (codes[2:] == codes[1:-1]) & (codes[2:] == codes[:-2])
    # Spaces in a row are one; each text ends with one, the newline's.
    again[1:] |= (codes[1:] == SPACE) & (codes[:-1] == SPACE)
    codes, text_of = codes[~again], text_of[~again]
    return codes, text_of


def script_of(text: str) -> str:
    """The script of RANGES that most letters of a text are in; empty if none."""
    points = np.frombuffer(prose(text).encode("utf-32-le"), np.uint32)
    counts = {script: int((table(script)[points] > DROPPED).sum()) for script in RANGES}
    best = max(counts, key=counts.get)
    others = sum(unicodedata.category(chr(p))[0] == "L" for p in points) - sum(counts.values())
    return best if counts[best] > max(0, others) else ""
