"""Hindi in Devanagari as people type it in Latin letters: no fixed spelling, so each word is spelt at random."""

import random
import re

CONSONANTS = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "ch|chh|cch", "ज": "j", "झ": "jh", "ञ": "n", "ट": "t",
    "ठ": "th", "ड": "d", "ढ": "dh", "ण": "n", "त": "t", "थ": "th", "द": "d", "ध": "dh", "न": "n", "प": "p", "फ": "ph|f|f",
    "ब": "b", "भ": "bh", "म": "m", "य": "y", "र": "r", "ल": "l", "व": "v|w", "श": "sh", "ष": "sh", "स": "s", "ह": "h",
    "ळ": "l",
}  # fmt: skip
VOWELS = {
    "अ": "a", "आ": "aa|a|a", "इ": "i", "ई": "ee|i|i", "उ": "u", "ऊ": "oo|u", "ए": "e|e|ae", "ऐ": "ai|e", "ओ": "o", "औ": "au|o", "ऋ": "ri",
    "ऑ": "o", "ा": "aa|a|a|a", "ि": "i", "ी": "i|ee|i|y", "ु": "u", "ू": "oo|u|u", "े": "e|e|e|ay", "ै": "ai|e|ai|ay", "ो": "o", "ौ": "au|o",
    "ृ": "ri", "ॉ": "o|a",
}  # fmt: skip
WHOLE = {
    "है": "hai|hai|hai|he|h|hy|hay", "हैं": "hain|hain|hai|hein|hn", "में": "mein|me|main|mai", "नहीं": "nahi|nahin|nhi|nai|nahee|ni",
    "और": "aur|or|aur", "क्या": "kya|kia|kya", "क्यों": "kyu|kyun|kyon|kiun", "यह": "yeh|ye|yah", "वह": "woh|wo|vo|vah", "ये": "ye|yeh",
    "मैं": "main|mai|me", "भी": "bhi|b|bi", "कि": "ki|k|ke", "के": "ke|k|kay", "की": "ki", "को": "ko", "का": "ka", "से": "se|say", "बहुत": "bahut|bohot|bht|bohat",
    "पर": "par|pe|pr", "तो": "to|toh|tu", "हो": "ho", "रहा": "raha|rha", "रहे": "rahe|rhe", "रही": "rahi|rhi", "था": "tha", "कर": "kar|kr", "एक": "ek|aik|1",
    "मुझे": "mujhe|mujhay|mje", "आप": "aap|ap", "हम": "hum|ham", "तुम": "tum", "गया": "gaya|gya", "लिए": "liye|liay|liye", "इस": "is", "उस": "us",
}  # fmt: skip
# The vowel that is not written, and spoken or not.
SCHWA = "ə"
SIGN = {"ं": "n|n|m", "ँ": "n|", "ः": "", "्": "", "़": ""}


# Letter and nukta as two characters, and the one character that stands for both here.
NUKTA = {a + "\u093c": chr(point) for a, point in zip("कखगजडढफय", range(0x958, 0x960))}
CONSONANTS |= {NUKTA[a]: b for a, b in (("क़", "q|k"), ("ख़", "kh"), ("ग़", "gh|g"), ("ज़", "z|j"), ("ड़", "r|d"), ("ढ़", "rh|dh"), ("फ़", "f"), ("य़", "y"))}


def pick(choices: str, rng: random.Random) -> str:
    return rng.choice(choices.split("|"))


def word(text: str, rng: random.Random) -> str:
    if text in WHOLE:
        return pick(WHOLE[text], rng)
    units: list[list[str]] = []
    for two, one in NUKTA.items():
        text = text.replace(two, one)
    for c in text:
        if c in CONSONANTS:
            units.append([pick(CONSONANTS[c], rng), SCHWA])
        elif c in VOWELS and "ा" <= c <= "ौ" and units:
            units[-1][1] = pick(VOWELS[c], rng)
        elif c in VOWELS:
            units.append(["", pick(VOWELS[c], rng)])
        elif c == "्" and units:
            units[-1][1] = ""
        elif c in SIGN:
            units.append([pick(SIGN[c], rng), ""])
        elif c.isalpha():
            return ""
    # A word's last a is not spoken, nor is one between two spoken syllables.
    if len(units) > 1 and units[-1][1] == SCHWA:
        units[-1][1] = ""
    for i in range(len(units) - 2, 0, -1):
        before, at, after = units[i - 1], units[i], units[i + 1]
        if at[1] == SCHWA and before[1] and after[1] and after[0]:
            at[1] = ""
    return "".join(a + b for a, b in units).replace(SCHWA, "a")


def romanise(text: str, rng: random.Random) -> str:
    """A text in Devanagari in Latin letters; words of other scripts stay."""
    return re.sub(r"[\u0900-\u0963\u0971-\u097f]+", lambda found: word(found[0], rng), text)
