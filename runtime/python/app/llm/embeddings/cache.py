"""Embeddings that are kept in memory by what they are made of, so that a text is sent once."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from app.llm.embeddings.types import Vector, VectorCache
from app.runtime.context import Server
from app.runtime.settings import BaseSettings, Settings


class EmbeddingCacheSettings(BaseSettings):
    """What the operator can set of it."""

    embedding_cache_mb: Annotated[int, Field(gt=0)] = 64
    """What the embeddings may take; those that were not asked for the longest go first."""


class EmbeddingCache:
    """The embeddings of a process, up to so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[bytes, Vector] = OrderedDict()

    @staticmethod
    def key(*parts: object) -> bytes:
        """What an embedding is known by: all that decides how it comes out."""
        return hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).digest()

    def get(self, key: bytes) -> Vector | None:
        """The embedding of a key, if it is there."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, embeddings: Iterable[tuple[bytes, Vector]]) -> None:
        """Keeps embeddings, and lets others go where there is no room."""
        for key, vector in embeddings:
            known = self._kept.pop(key, None)
            self._bytes += _size(vector) - (0 if known is None else _size(known))
            self._kept[key] = vector
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)

    async def aclose(self) -> None:
        """Lets all go."""
        self._kept.clear()
        self._bytes = 0


# Beside its numbers each has a key, a place in the table and two objects.
_OVERHEAD_BYTES = 300


def _size(vector: Vector) -> int:
    return len(vector) * vector.itemsize + _OVERHEAD_BYTES


def _make(settings: Settings, account: EmbeddingCacheSettings, api_key: str) -> EmbeddingCache:
    return EmbeddingCache(account.embedding_cache_mb * 1024 * 1024)


EMBEDDING_CACHE: Server[VectorCache] = Server(
    name="embedding_cache",
    account=EmbeddingCacheSettings,
    secret="",
    connect=_make,
    needs_key=False,
)
"""One for each process, beside its connections."""
