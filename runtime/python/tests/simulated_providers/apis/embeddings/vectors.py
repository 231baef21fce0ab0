"""Embeddings without a model: texts that have words in common lie near each other.

Each word is a few numbers at places that its hash says, and a text the sum of its words, as long as one. The first
places of a word are among the first of all, so that the beginning of an embedding is an embedding too; as many words
share these, they count for little.
"""

import hashlib
import math
import re
from collections import Counter
from functools import lru_cache

_WORD = re.compile(r"\w+")
_PLACES = 12
# Most words of three letters or fewer are in all texts.
_SHORT, _SHORT_WEIGHT = 3, 0.3


def embedding(text: str, dimensions: int) -> list[float]:
    """The embedding of a text: so many numbers, which are the same every time."""
    words = Counter(_WORD.findall(text.lower())) or Counter([text])
    vector = [0.0] * dimensions
    for word, times in words.items():
        weight = math.sqrt(times) * (_SHORT_WEIGHT if len(word) <= _SHORT else 1.0)
        for place, number in _spread(word, dimensions):
            vector[place] += number * weight
    length = math.sqrt(sum(number * number for number in vector))
    if length == 0.0:  # words that cancel each other out
        vector[0] = length = 1.0
    return [number / length for number in vector]


@lru_cache(maxsize=10_000)
def _spread(word: str, dimensions: int) -> tuple[tuple[int, float], ...]:
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4 * _PLACES).digest()
    numbers = [int.from_bytes(digest[start : start + 4], "big") for start in range(0, len(digest), 4)]
    return tuple(
        ((number >> 1) % min(dimensions, 2 ** (rank + 1)), (rank + 1) * (1.0 if number & 1 else -1.0))
        for rank, number in enumerate(numbers)
    )
