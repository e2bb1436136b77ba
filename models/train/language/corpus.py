"""What each script's table learns from, what chooses its settings, and what is only measured.

Split by source: whole sets are held back (`MEASURED`), so that a topic learnt is no language learnt. Of the sets
learnt from, a part chosen by hash is held back too (`near`), which says how far the sources lie apart.
"""

import hashlib
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import wordfreq

import sources
from augment import Augmenter
from letters import RANGES, prose, script_of
from romanise import romanise

# Sets that no weight has seen: terms that allow measuring only, or held back for an honest figure.
MEASURED = ["tweeteval_en", "mawqif_ar", "usc_ur", "hasoc2019_hi", "swami_sarcasm_hinglish", "mhc", "trac", "notebandi", "cic"]
# Latin-script languages of the declaration, by the first byte of the code's hash, that "other" has not seen.
UNSEEN_OTHERS = 64
WORDFREQ = {"sh": "hr", "nb": "no", "fil": "tl"}
PSEUDO = 9000


def byte_of(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0]


def key_of(text: str) -> str:
    """What two copies of a text share."""
    return re.sub(r"\W+", "", prose(text).lower())


def is_near(key: str, lang: str, kind: str) -> bool:
    """Whether a text is held back; those of languages with little text are all needed."""
    return kind != "pseudo" and byte_of(key) < 16 and lang not in sources.POOR and not lang.startswith("und")


@dataclass
class Corpus:
    """Texts of one script."""

    texts: list[str] = field(default_factory=list)
    langs: list[str] = field(default_factory=list)
    # How much of a language's weight a text carries.
    weights: list[float] = field(default_factory=list)

    def add(self, text: str, lang: str, weight: float = 1.0) -> None:
        self.texts.append(text)
        self.langs.append(lang)
        self.weights.append(weight)


def read(data: Path, work: Path):
    """Everything that may be learnt from: (text, language, kind)."""
    for name in ("lingua_testdata", "udhr", "ud_ps_sd", "uci_roman_urdu"):
        for text, lang, kind in sources.lid(data, name):
            if name == "udhr" and lang not in sources.POOR or lang == "ckb" and script_of(text) == "Latin":
                continue
            yield text, lang, kind
    known = set(wordfreq.available_languages("small")) | {"hr", "no", "tl"}
    for text, lang, kind in sources.lid(data, "langidentify_pseudo"):
        if lang not in known:
            yield text, lang, kind
    aux, stance = data / "aux", data / "stance/train.jsonl.gz"
    yield from sources.jsonl(aux / "ruhsold.jsonl.gz", "hi-Latn")
    yield from sources.jsonl(aux / "constraint-hi.jsonl.gz", "hi")
    yield from sources.jsonl(aux / "urdu-threat.jsonl.gz", "ur")
    for source in ("p-stance", "semeval-topics", "covid-china", "ruw"):
        yield from sources.jsonl(stance, "en", source=source)
    for text, lang, code in sources.declaration(work):
        if lang in sources.POOR:
            yield text, lang, "sentence"
        elif lang is None and code not in sources.TWINS and byte_of(code) >= UNSEEN_OTHERS:
            script = script_of(text)
            if script in ("Latin", "Cyrillic"):
                yield text, f"und-{'Latn' if script == 'Latin' else 'Cyrl'}", "sentence"
    yield from sources.django(work)


def pseudo(rng: random.Random):
    """Words drawn at random from frequency lists: no sentences, but the words of subtitles, tweets and encyclopedias."""
    for code in sorted(set(wordfreq.available_languages("small")) - {"zh", "ja", "ko"}):
        lang = WORDFREQ.get(code, code)
        listed = wordfreq.get_frequency_dict(code, "large" if code in wordfreq.available_languages("large") else "small")
        words = [(word, p) for word, p in listed.items() if re.fullmatch(r"[^\W\d_]+(['’\u200c-][^\W\d_]+)*|[\u0900-\u097f]+", word)]
        if lang == "hi":
            words = [(word, p) for word, p in words if script_of(word) == "Devanagari"]
        for power, share in ((0.75, 0.8), (0.45, 0.2)):
            weights = [p**power for _, p in words]
            count = int(PSEUDO * share)
            lengths = [rng.choice((1, 1, 2, 2, 3, 4, 5, 7, 10)) for _ in range(count)]
            drawn = iter(rng.choices([word for word, _ in words], weights, k=sum(lengths)))
            for length in lengths:
                yield " ".join(next(drawn) for _ in range(length)), lang, "pseudo"


def build(data: Path, work: Path, seed: int, log=print) -> tuple[dict[str, Corpus], list[tuple[str, str, str]]]:
    """What each script learns from, and the held-back near part: (text, language, kind)."""
    rng = random.Random(seed)
    learnt = {script: Corpus() for script in RANGES}
    near, seen = [], set()
    rows = [*read(data, work), *pseudo(rng)]
    hindi = [text for text, lang, kind in rows if lang == "hi" and kind in ("post", "sentence")]
    augment = Augmenter(rng, rows)
    for text, lang, kind in rows:
        key = key_of(text)
        if not key or (lang, key) in seen:
            continue
        seen.add((lang, key))
        script = script_of(text)
        if not script or (lang == "hi-Latn") != (script == "Latin") and lang in ("hi", "hi-Latn", "ur"):
            continue
        if is_near(key, lang, kind):
            near.append((text, lang, kind))
            continue
        for more, label, weight in augment.variants(text, lang, kind, script):
            learnt[script].add(more, label, weight)
    for text in hindi:
        if byte_of(text) >= 16:
            for _ in range(2):
                roman = romanise(text, rng)
                for more, label, weight in augment.variants(roman, "hi-Latn", "roman", "Latin"):
                    learnt["Latin"].add(more, label, weight)
    for text, label, weight in augment.mixed(40_000):
        learnt["Latin"].add(text, label, weight)
    for script, corpus in learnt.items():
        log(script, len(corpus.texts), "texts,", len(set(corpus.langs)), "languages")
    return learnt, near


def measured(data: Path, work: Path) -> list[tuple[str, str, str, str]]:
    """The sets that no weight has seen: (text, language, kind, set)."""
    rows = []
    for name in MEASURED[:6]:
        rows += [(*row, name) for row in sources.lid(data, name) if "+" not in row[1]]
    stance = data / "stance/train.jsonl.gz"
    rows += [(*row, "notebandi") for row in sources.jsonl(stance, "hi-Latn", source="notebandi")]
    for lang in ("ca", "es"):
        rows += [(*row, "cic") for row in sources.jsonl(stance, lang, source="cic", only=lang)]
    for text, lang, kind in sources.jsonl(data / "aux/trac.jsonl.gz", "hi-Latn", only="hi-mixed"):
        if script_of(text) == "Latin":
            rows.append((text, lang, kind, "trac"))
    for text, lang, code in sources.declaration(work):
        if lang and lang not in sources.POOR:
            rows.append((text, lang, "sentence", "declaration"))
        elif lang is None and code not in sources.TWINS and byte_of(code) < UNSEEN_OTHERS and script_of(text) == "Latin":
            rows.append((text, sources.OTHER, "sentence", "unseen others"))
    return rows
