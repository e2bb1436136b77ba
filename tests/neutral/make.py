"""Makes words.txt.gz: 100,000 ordinary words, every n-th of three public lists, one a line.

    npm pack an-array-of-english-words@2 an-array-of-spanish-words@2 an-array-of-french-words@2
    python tests/neutral/make.py FOLDER_WITH_THE_ARCHIVES

Source: the npm packages of the words project (MIT, (c) Zeke Sikelianos), lists of dictionary words.
"""

import gzip
import json
import sys
import tarfile
from pathlib import Path

SHARES = {"english": 60_000, "spanish": 20_000, "french": 20_000}


def main(folder: Path) -> None:
    words: list[str] = []
    for lang, share in SHARES.items():
        with tarfile.open(next(folder.glob(f"an-array-of-{lang}-words-*.tgz"))) as archive:
            listed = [word for word in json.load(archive.extractfile("package/index.json")) if word.isalpha() and len(word) > 2]
        words += listed[:: len(listed) // share][:share]
    assert len(words) == sum(SHARES.values()), len(words)
    out = Path(__file__).with_name("words.txt.gz")
    out.write_bytes(gzip.compress(("\n".join(words) + "\n").encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
