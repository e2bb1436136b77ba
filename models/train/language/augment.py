"""Texts as posts have them: cut short, without accents, misspelt, run together, in two languages."""

import random
import unicodedata

# Names that are in posts of every language, so that none of them says "Hindi-Urdu" or "English".
NAMES = """Pakistan India Modi Imran Khan Nawaz Sharif Bilawal Bhutto Zardari Maryam Karachi Lahore Islamabad Delhi Mumbai Kashmir
 Punjab Sindh Balochistan Peshawar Kohli Babar Azam Afridi Rahul Gandhi Kejriwal Amit Shah Yogi Adityanath Ranveer Deepika
 Salman Shahrukh Aamir Akshay Kumar Muhammad Ali Ahmed Hassan Hussain Fatima Ayesha Zainab Singh Sharma Verma Gupta Raza Bajwa Ghafoor
 ISPR ISI PTI PMLN PPP BJP RSS AAP Congress Facebook Twitter Instagram WhatsApp YouTube Google TikTok Trump Biden Hillary Putin Erdogan
 Netanyahu Obama Merkel Macron Covid London Paris New York Dubai China Turkey Iran Israel Ukraine Russia America Messi Ronaldo""".split()
# Words of posts that say nothing about their language.
CHATTER = "lol lmao omg haha hahaha hahahaha ok okay wow plz pls bro btw wtf xd xoxo hmm uff ahh ohh tweet live video news football covid selfie".split()


class Augmenter:
    def __init__(self, rng: random.Random, rows) -> None:
        self.rng = rng
        self.english = [text.split() for text, lang, kind in rows if lang == "en" and kind in ("post", "sentence")]
        self.roman = [text.split() for text, lang, kind in rows if lang == "hi-Latn" and kind == "post"]

    def variants(self, text: str, lang: str, kind: str, script: str):
        """The text and its variants, with the label and how much each counts."""
        rng = self.rng
        base = {"sentence": 1.0, "post": 1.0, "roman": 0.5, "words": 1.0, "word": 0.8, "pseudo": 0.5}[kind]
        words = text.split()
        yield text, lang, base
        if kind in ("sentence", "post", "roman") and len(words) > 3 and not lang.startswith("und"):
            # A short text of an unknown language could be of a known one.
            yield self.cut(words, 8, 30), lang, 0.5 * base
            if lang in ("en", "hi-Latn"):
                yield self.cut(words, 4, 20), lang, 0.3 * base
            if kind == "sentence":
                yield self.cut(words, 8, 30), lang, 0.5 * base
                yield self.cut(words, 6, 20), lang, 0.4 * base
                yield self.cut(words, 30, 70), lang, 0.5 * base
        chance = rng.random()
        if script == "Latin" and not text.isascii() and chance < 0.25 and lang != "vi" or chance < 0.05:
            yield self.bare(text), lang, 0.4 * base
        elif chance < 0.32:
            yield self.misspelt(text), lang, 0.3 * base
        elif chance < 0.40 and len(words) > 3:
            yield self.with_guests(words), lang, 0.4 * base
        elif chance < 0.43 and len(words) > 1 and script == "Latin":
            start = rng.randrange(len(words) - 1)
            yield "".join(words[start : start + rng.randint(2, 3)]), lang, 0.15 * base
        elif chance < 0.44 and len(words) > 2:
            at = max(range(len(words)), key=lambda i: len(words[i]))
            yield " ".join([*words[:at], " ".join(words[at]), *words[at + 1 :]]), lang, 0.3 * base
        elif chance < 0.50 and len(words) > 5 and script == "Latin" and lang not in ("en", "hi-Latn"):
            guest = rng.choice(self.english)[: max(1, len(words) // 4)]
            yield " ".join(words + guest if rng.random() < 0.5 else guest + words), lang, 0.4 * base

    def cut(self, words: list[str], fewest: int, most: int) -> str:
        """Some words in a row, of so many characters; one word at least."""
        length = self.rng.randint(fewest, most)
        start = self.rng.randrange(len(words))
        taken = words[start]
        for word in words[start + 1 :]:
            if len(taken) + 1 + len(word) > length:
                break
            taken += " " + word
        return taken

    def bare(self, text: str) -> str:
        """Without accents."""
        text = text.replace("ı", "i").replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("ß", "ss")
        return "".join(c for c in unicodedata.normalize("NFD", text) if not 0x300 <= ord(c) < 0x370)

    def misspelt(self, text: str) -> str:
        """A letter left out, doubled, or in its neighbour's place."""
        letters = list(text)
        for _ in range(max(1, len(letters) // 40)):
            at = self.rng.randrange(len(letters))
            chance = self.rng.random()
            if chance < 0.4:
                letters[at] = ""
            elif chance < 0.6:
                letters[at] *= 3
            elif at + 1 < len(letters):
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
        return "".join(letters)

    def with_guests(self, words: list[str]) -> str:
        """With names or chatter put in."""
        words = list(words)
        for _ in range(self.rng.randint(1, 3)):
            guest = self.rng.choice(NAMES if self.rng.random() < 0.7 else CHATTER)
            words.insert(self.rng.randrange(len(words) + 1), guest)
        return " ".join(words)

    def mixed(self, count: int):
        """English and Hindi-Urdu in one post, under the language that has more words."""
        rng = self.rng
        for _ in range(count):
            roman, english = rng.choice(self.roman), rng.choice(self.english)
            share = rng.uniform(0.15, 0.9)
            total = rng.randint(5, 24)
            take = max(1, round(share * total))
            parts = [self.run(roman, take), self.run(english, max(1, total - take))]
            label = "hi-Latn" if len(parts[0]) >= 0.45 * (len(parts[0]) + len(parts[1])) else "en"
            if rng.random() < 0.4 and len(parts[0]) > 2:
                at = rng.randrange(1, len(parts[0]))
                parts = [parts[0][:at], parts[1], parts[0][at:]]
            elif rng.random() < 0.5:
                parts.reverse()
            yield " ".join(word for part in parts for word in part), label, 0.35

    def run(self, words: list[str], count: int) -> list[str]:
        start = self.rng.randrange(max(1, len(words) - count + 1))
        return words[start : start + count]
