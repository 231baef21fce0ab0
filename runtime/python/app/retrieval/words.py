"""The words of a text as a sparse vector, for search by words beside search by meaning.

Qdrant multiplies each number by how rare its word is in the collection (the modifier `idf`), which together is BM25:
https://qdrant.tech/documentation/concepts/indexing/#idf-modifier
"""

import hashlib
import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"\w+")
# How soon more of one word stops to count, how much long texts are held back, how many words an average one has.
_SATURATION, _LENGTH_WEIGHT, _AVERAGE_WORDS = 1.2, 0.75, 256
_LONGEST = 64


def words_of_piece(text: str) -> dict[str, list[int] | list[float]]:
    """The vector of what is searched: each word with its part of BM25."""
    counted = Counter(_words(text))
    length = 1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * counted.total() / _AVERAGE_WORDS
    numbers = {word: n * (_SATURATION + 1) / (n + _SATURATION * length) for word, n in counted.items()}
    return {"indices": list(numbers), "values": list(numbers.values())}


def words_of_query(text: str) -> dict[str, list[int] | list[float]]:
    """The vector of a question: each of its words once."""
    found = sorted(set(_words(text)))
    return {"indices": found, "values": [1.0] * len(found)}


def _words(text: str) -> list[int]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [_number(word) for word in _WORD.findall(folded) if len(word) <= _LONGEST]


def _number(word: str) -> int:
    """Qdrant knows words by numbers of 32 bits."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")
