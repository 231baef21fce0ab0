"""Where vectors are kept: a Qdrant server where QDRANT_URL is set, else Qdrant's embedded mode in a folder."""

import re
from typing import Any, Protocol

import msgspec
from pydantic import SecretStr

from app.retrieval.errors import CollectionMismatch, InvalidCollection
from app.runtime.settings import BaseSettings, Seconds, Settings

WORDS = "words"
"""What the sparse vectors of words are called in a collection."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


class QdrantSettings(BaseSettings):
    """What the operator can set for Qdrant."""

    qdrant_url: str | None = None
    """Where the server is, such as http://localhost:6333; without one vectors are kept in QDRANT_PATH"""
    qdrant_api_key: SecretStr | None = None
    """The key of the server, if it wants one"""
    qdrant_path: str = "qdrant"
    """The folder of the embedded store; made when it is not there, and for one process at a time."""
    qdrant_timeout_seconds: Seconds = 30.0
    """For one request, or a wait for another process that uses the folder."""


class Collection(msgspec.Struct, frozen=True):
    """What vectors a collection holds: of so many numbers, and of words beside them."""

    size: int
    distance: str = "Cosine"
    has_words: bool = False

    @staticmethod
    def of(params: dict[str, Any], vector: str) -> "Collection":
        """What a collection says of itself: https://api.qdrant.tech/api-reference/collections/get-collection.

        Raises:
            CollectionMismatch: it has no vectors of that name.
        """
        vectors: dict[str, Any] = params.get("vectors") or {}
        found = vectors if not vector and "size" in vectors else vectors.get(vector)
        if found is None:
            named = f"no vectors named `{vector}`" if vector else "only vectors with names"
            hint = "Set `vectorName` to what they are called in the collection."
            raise CollectionMismatch(f"The collection has {named}.", hint=hint)
        sparse: dict[str, Any] = params.get("sparse_vectors") or {}
        return Collection(found["size"], found["distance"], WORDS in sparse)

    def params(self, vector: str) -> dict[str, Any]:
        """What it is made with: https://api.qdrant.tech/api-reference/collections/create-collection."""
        dense = {"size": self.size, "distance": self.distance}
        words = {"sparse_vectors": {WORDS: {"modifier": "idf"}}} if self.has_words else {}
        return {"vectors": {vector: dense} if vector else dense, **words}


def check_name(collection: str) -> None:
    """Makes sure that a collection may be called so, wherever it is kept.

    Raises:
        InvalidCollection: it may not.
    """
    if not _NAME.fullmatch(collection):
        raise InvalidCollection("The name of the collection cannot be used.")


class VectorStore(Protocol):
    """What is asked of Qdrant. Bodies are those of its REST interface: https://api.qdrant.tech/api-reference.

    Raises, each: DatabaseUnreachable, DatabaseTimeout, StoreAccessDenied, QueryFailed.
    """

    async def describe(self, collection: str) -> dict[str, Any] | None:
        """The parameters of a collection; None when there is none."""
        ...

    async def create(self, collection: str, params: dict[str, Any]) -> None:
        """Makes a collection; one that is there already stays as it is."""
        ...

    async def upsert(self, collection: str, points: list[dict[str, Any]]) -> None:
        """Puts points in, or in the place of those with the same ids."""
        ...

    async def delete(self, collection: str, where: dict[str, Any]) -> int:
        """Takes the points away that fit a filter; gives how many there were."""
        ...

    async def query(self, collection: str, body: dict[str, Any]) -> list[dict[str, Any]] | None:
        """The points that are found, with `id`, `score` and `payload`, the best first; None without the collection."""
        ...

    async def aclose(self) -> None:
        """Ends it."""
        ...


class VectorStores:
    """The store of the process, with what is known of its collections."""

    def __init__(self, settings: Settings) -> None:
        self.store = _store(settings, QdrantSettings.load())
        self._known: dict[tuple[str, str], Collection] = {}

    async def collection(self, name: str, vector: str, *, anew: bool = False) -> Collection | None:
        """What a collection holds; None when there is none. It is asked for once, unless `anew`.

        Raises:
            CollectionMismatch: it has no vectors of that name.
        """
        known = self._known.get((name, vector))
        if known is not None and not anew:
            return known
        params = await self.store.describe(name)
        if params is None:
            self._known.pop((name, vector), None)
            return None
        found = self._known[name, vector] = Collection.of(params, vector)
        return found

    async def aclose(self) -> None:
        """Ends the store."""
        await self.store.aclose()


def _store(settings: Settings, own: QdrantSettings) -> VectorStore:
    if own.qdrant_url is None:
        from app.retrieval.embedded import EmbeddedQdrant  # noqa: PLC0415  # one of two is used

        return EmbeddedQdrant(own.qdrant_path, own.qdrant_timeout_seconds)
    from app.retrieval.qdrant import QdrantServer  # noqa: PLC0415

    key = "" if own.qdrant_api_key is None else own.qdrant_api_key.get_secret_value()
    return QdrantServer(own.qdrant_url, key, own.qdrant_timeout_seconds, settings)
