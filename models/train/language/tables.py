"""The tables: which languages each script's model tells apart, and how large it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    langs: tuple[str, ...]
    # Slots that a feature's hash can fall into, as a power of two, and how many of them keep a row of weights.
    bits: int
    rows: int
    # Columns of a row, a multiple of eight: the languages, Latin's column for single words, and nothing.
    lanes: int


SHAPES = {
    "Latin": Shape(
        tuple(
            """en hi-Latn es pt fr de it nl af ca ro pl cs sk sl hr sq hu fi et lv lt sv da no is ga cy eu la eo tr az id ms tl vi
            sw so xh zu st tn ts sn yo lg mi om lb und-Latn""".split()
        ),
        18, 28_000, 56,
    ),
    "Arabic": Shape(("ar", "fa", "ur", "ps", "sd", "ckb", "pa-Arab", "ug"), 16, 6_000, 8),
    "Cyrillic": Shape(tuple("ru uk be bg mk sr mn kk ky tg tt und-Cyrl".split()), 16, 8_000, 16),
    "Devanagari": Shape(("hi", "mr", "ne"), 16, 3_000, 8),
    "Hebrew": Shape(("he", "yi"), 14, 1_000, 8),
    "Ethiopic": Shape(("am", "ti"), 14, 1_000, 8),
}  # fmt: skip
# How much each language weighs beside the others; those that are not here weigh 1.
WEIGHT = {"en": 3.0, "hi-Latn": 3.0, "und-Latn": 0.8, "ur": 2.0, "hi": 2.0, "ar": 2.0, "es": 1.3, "pt": 1.3, "fr": 1.3, "de": 1.3, "it": 1.3, "id": 1.3, "tr": 1.3}
# A language with fewer texts than this weighs less in proportion to the root.
ENOUGH = 5_000
