"""The text a model sees.

The Rust program does the same to every post (src/normalize), so both must agree
letter for letter; text_cases.json holds the cases that both sides run.
"""

import re
import unicodedata

MAX_CHARS = 1000

# Unicode White_Space. Python's own \s also has U+001C-001F, which Rust's has not.
WHITE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Rust's \b takes combining marks and joiners for parts of a word; Python's does not.
MARKS = "".join(c for c in map(chr, range(0x300, 0x1E_944)) if unicodedata.category(c)[0] == "M")
URL = re.compile(rf"(?i)(?<![\w\u200c\u200d{MARKS}])(?:https?://|www\.)[^{WHITE}]+")
# Zero-width and direction marks, soft hyphen, tatweel. U+200C and U+200D stay:
# they change letters in Persian and in Indic scripts and join emoji.
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\u0640]")
# White space and the C0 and C1 control characters.
SPACE = re.compile(rf"[{WHITE}\x00-\x1f\x7f-\x9f]+")
RUN = re.compile(r"([^\W\d_])\1{3,}")


def _shorten(match: re.Match) -> str:
    letter = match.group(1)
    return letter * 2 if unicodedata.category(letter).startswith("L") else match.group(0)


def model_text(text: str) -> str:
    """Clean one post for the model; the steps and their order are a contract."""
    text = URL.sub("http", text)
    text = INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = SPACE.sub(" ", text).strip(" ")
    text = RUN.sub(_shorten, text)
    return text[:MAX_CHARS]
