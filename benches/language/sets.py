"""The posts that language identification is measured on: none of them was learnt from."""

import collections
import gzip
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "models/train/language"))
import corpus  # noqa: E402
import sources  # noqa: E402
from augment import Augmenter  # noqa: E402
from letters import ENTITY, LETTER, prose, script_of  # noqa: E402
from tables import SHAPES  # noqa: E402

SEED = 7
# Sets whose texts set the temperatures with the half whose hash's first byte is below 128.
HALVED = ("mhc", "declaration")
TWEETS = ("tweeteval_en", "mawqif_ar", "usc_ur", "hasoc2019_hi", "swami_sarcasm_hinglish", "notebandi", "cic", "mhc")


def read(data: Path, work: Path, most: int) -> dict[str, list[tuple[str, str]]]:
    """By kind: (text, language). At most so many texts of one language in one set."""
    work.mkdir(parents=True, exist_ok=True)
    sources.fetch(work)
    rng = random.Random(SEED)
    by_set = collections.defaultdict(list)
    for text, lang, _, name in corpus.measured(data, work):
        if name not in HALVED or corpus.byte_of(text) >= 128:
            by_set[name, lang].append(text)
    kinds = collections.defaultdict(list)
    for (name, lang), texts in sorted(by_set.items()):
        texts = sorted(set(texts))
        rng.shuffle(texts)
        if name in TWEETS:
            # Texts without letters are no test of a language. Arabic in Latin letters, which one set has, is a kind of its own.
            texts = [text for text in texts if len(LETTER.findall(ENTITY.sub(" ", text))) > 1]
            strange = [text for text in texts if script_of(text) == "Latin" and lang in ("ar", "ur", "hi", "zh")]
            kinds["Arabic in Latin letters"] += [(text, lang) for text in strange if lang == "ar"]
            texts = [text for text in texts if text not in set(strange)]
            kinds["posts"] += [(text, lang) for text in texts[:most]]
        elif name == "declaration":
            kinds["sentences, declaration"] += [(text, lang) for text in texts[:most]]
        elif name == "unseen others":
            kinds["unknown languages"] += [(text, lang) for text in texts[: 4 * most]]
    learnt_near = near(data, work)
    kinds["sentences, near"] = [(text, lang) for text, lang, kind in learnt_near if kind == "sentence"]
    kinds["words, near"] = [(text, lang) for text, lang, kind in learnt_near if kind in ("word", "words") and len(text) < 30]
    cutter = Augmenter(rng, [("a b", "en", "post"), ("a b", "hi-Latn", "post")])
    for kind in ("posts", "sentences, declaration"):
        for text, lang in kinds[kind]:
            words = ENTITY.sub(" ", text).split()
            if len(words) > 2:
                cut = cutter.cut(words, 12, 29)
                if 8 <= len(cut) < 30 and len(LETTER.findall(cut)) > 5:
                    kinds["cut under 30 characters"].append((cut, lang))
    return dict(kinds)


def near(data: Path, work: Path) -> list[tuple[str, str, str]]:
    """The held-back part of what was learnt from."""
    rows, seen = [], set()
    for text, lang, kind in corpus.read(data, work):
        key = corpus.key_of(text)
        script = script_of(text)
        known = script in SHAPES and lang in SHAPES[script].langs
        if key and (lang, key) not in seen and corpus.is_near(key, lang, kind) and known:
            seen.add((lang, key))
            rows.append((text, lang, kind))
    return rows


def junk() -> list[str]:
    """Posts with nothing to read."""
    rng = random.Random(SEED)
    parts = [
        lambda: "https://t.co/" + "".join(rng.choices("abcdefghijkXYZ0123456789", k=10)),
        lambda: "http://example.org/" + "".join(rng.choices("abcdefgh/-", k=12)),
        lambda: "pic.twitter.com/" + "".join(rng.choices("abcdefghXYZ012", k=10)),
        lambda: "@" + "".join(rng.choices("abcdefghijklmnop_019", k=rng.randint(3, 14))),
        lambda: rng.choice("😂 🔥 ❤️ 🇵🇰 🇮🇳 👍🏽 👨‍👩‍👧 😭😭 ✊ 💚🤍 ⚽ 1️⃣".split()),
        lambda: rng.choice(["!!!", "...", "?", "…", "12:30", "2019", "100%", "#1", "+1", "***", "—", "&amp;", "RT", "<3", ":)", ":-("]),
    ]
    return [" ".join(rng.choice(parts)() for _ in range(rng.randint(1, 6))) for _ in range(2000)]


def mixed(data: Path) -> list[tuple[str, float]]:
    """Tweets tagged word by word (Swami et al.): text and the share of Hindi among Hindi and English words."""
    posts = []
    with gzip.open(data / "lid/swami_sarcasm_hinglish/tokens.tsv.gz", "rt") as lines:
        words: list[tuple[str, str]] = []
        for line in [*lines, "\n"]:
            word, _, tag = line.rstrip("\n").partition("\t")
            if tag:
                words.append((word, tag))
            elif words:
                tags = [tag for word, tag in words if tag in ("hi", "en") and not word.startswith(("#", "@"))]
                if len(tags) >= 3:
                    posts.append((" ".join(word for word, _ in words), tags.count("hi") / len(tags)))
                words = []
    return posts


__all__ = ["junk", "mixed", "near", "prose", "read"]
