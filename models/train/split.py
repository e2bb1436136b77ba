"""Which labelled posts choose things (tune) and which are only reported (aside).

A post's side is decided by its cluster of near duplicates, not by the post, so
that no copy of a reported post can steer a choice. Other users of gold/dev.jsonl
(rules, calibration) should call `side` as well and get the same halves.
"""

import collections
import hashlib
import re
import unicodedata

SHINGLE = 5
SIMILAR = 0.5


def plain(text: str) -> str:
    """Letters and digits only: two copies that differ in links or emoji are equal."""
    text = re.sub(r"(?i)\b(?:https?://|www\.)\S+|@\w+|\brt\b", " ", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"[\W_]+", "", text)


def shingles(text: str) -> set[str]:
    text = plain(text)
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))} if text else set()


def near(left: list[set[str]], right: list[set[str]]) -> list[tuple[int, int]]:
    """Pairs (i, j) whose sets share at least half of their union (Jaccard).

    Such a pair shares one of the rarest (half + 1) members of each set, so only
    those are indexed: an exact answer at a fraction of the comparisons.
    """
    count = collections.Counter(gram for grams in right for gram in grams)

    def rare(grams: set[str]) -> list[str]:
        return sorted(grams, key=lambda g: (count[g], g))[: int(len(grams) * (1 - SIMILAR)) + 1]

    index: dict[str, list[int]] = collections.defaultdict(list)
    for j, grams in enumerate(right):
        for gram in rare(grams):
            index[gram].append(j)
    pairs = []
    for i, grams in enumerate(left):
        for j in {j for gram in rare(grams) for j in index.get(gram, ())}:
            if len(grams & right[j]) >= SIMILAR * len(grams | right[j]):
                pairs.append((i, j))
    return pairs


def clusters(posts: list[dict]) -> dict[str, str]:
    """Map each post's id to the smallest id of its near-duplicate cluster."""
    sets = [shingles(post["text"]) for post in posts]
    parent = list(range(len(posts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in near(sets, sets):
        parent[root(i)] = root(j)
    smallest: dict[int, str] = {}
    for i, post in enumerate(posts):
        r = root(i)
        smallest[r] = min(smallest.get(r, post["id"]), post["id"])
    return {post["id"]: smallest[root(i)] for i, post in enumerate(posts)}


def byte_of(key: str) -> int:
    """First byte of SHA-256 of the key."""
    return hashlib.sha256(key.encode()).digest()[0]


def side(posts: list[dict]) -> dict[str, str]:
    """Map each post's id to `tune` or `aside`: its cluster's byte is below 128, or not."""
    return {i: "tune" if byte_of(cluster) < 128 else "aside" for i, cluster in clusters(posts).items()}
