"""Pieces of documents with their vectors into Qdrant, as a step of a workflow."""

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal, cast

from app.outside.queries import QueryFailed
from app.retrieval.errors import CollectionMismatch, InvalidPieces
from app.retrieval.store import WORDS, Collection, VectorStores, check_name
from app.retrieval.words import words_of_piece
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.expressions import is_number
from app.runtime.timing import timed_step

_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class QdrantUpsert:
    """What of a step that indexes is the same in every run; `node` is the step.

    A collection that is not there is made: for vectors as long as the given ones, and with `hybrid` for words beside
    them. `vector` is what the vectors are called in it. What was indexed before and is not among the pieces stays with
    `keep`; goes from the sources of the pieces with `sources`; goes from all the collection with `collection`.
    """

    node: str
    distance: Literal["Cosine", "Dot", "Euclid", "Manhattan"] = "Cosine"
    hybrid: bool = False
    vector: str = ""
    gone: Literal["keep", "sources", "collection"] = "sources"

    async def send(
        self,
        ctx: ExecutionContext,
        collection: str,
        pieces: Any,
        vectors: Any,
        *,
        payload: dict[str, Any] | None = None,
    ) -> Any:
        """Gives `{"upserted": …, "deleted": …, "created": …}`: how many pieces are in and how many were taken away, and
        whether the collection was made for them.

        What is in a piece is kept beside its vector, with `payload`. Its id is made of its source and text, so that
        what is indexed twice is there once.

        Raises:
            InvalidPieces: there is not one vector for each piece.
            InvalidCollection, CollectionMismatch: the name is none, or the collection holds vectors of another length.
            DatabaseUnreachable, DatabaseTimeout, StoreAccessDenied, QueryFailed: Qdrant.
        """
        with timed_step(ctx, self.node):
            try:
                check_name(collection)
                return await self._indexed(ctx.pools.shared(VectorStores), collection, pieces, vectors, payload or {})
            except ServiceError as error:
                error.node = error.node or self.node
                raise

    async def _indexed(
        self, stores: VectorStores, collection: str, pieces: Any, vectors: Any, payload: dict[str, Any]
    ) -> dict[str, Any]:
        points = _points(pieces, vectors, payload)
        if not points:
            return {"upserted": 0, "deleted": 0, "created": False}
        created = await self._make(stores, collection, len(points[0]["vector"]))
        for start in range(0, len(points), _BATCH):
            await stores.store.upsert(collection, [self._sent(point) for point in points[start : start + _BATCH]])
        deleted = await self._delete_gone(stores, collection, points)
        return {"upserted": len(points), "deleted": deleted, "created": created}

    async def _make(self, stores: VectorStores, name: str, size: int) -> bool:
        """Makes the collection when it is not there.

        Raises:
            CollectionMismatch: it holds other vectors.
        """
        wanted = Collection(size, self.distance, self.hybrid)
        found = await stores.collection(name, self.vector, anew=True)
        created = found is None
        if found is None:
            await stores.store.create(name, wanted.params(self.vector))
            found = await stores.collection(name, self.vector, anew=True)
        if found is None:
            raise QueryFailed(f"Qdrant does not make the collection `{name}`.")
        check_size(name, found, size)
        if self.hybrid and not found.has_words:
            hint = "Index into another collection, or take the collection away and index anew."
            raise CollectionMismatch(f"The collection `{name}` was made without words (`hybrid`).", hint=hint)
        return created

    def _sent(self, point: dict[str, Any]) -> dict[str, Any]:
        dense: Any = point["vector"]
        if not self.hybrid:
            return {**point, "vector": {self.vector: dense} if self.vector else dense}
        return {**point, "vector": {self.vector: dense, WORDS: words_of_piece(_text_of(point["payload"]))}}

    async def _delete_gone(self, stores: VectorStores, collection: str, points: list[dict[str, Any]]) -> int:
        if self.gone == "keep":
            return 0
        if self.gone == "collection":
            ids = [point["id"] for point in points]
            return await stores.store.delete(collection, {"must_not": [{"has_id": ids}]})
        by_source: dict[str, list[str]] = {}
        for point in points:
            by_source.setdefault(point["payload"]["source"], []).append(point["id"])
        deleted = 0
        for source, ids in by_source.items():
            of_source = {"key": "source", "match": {"value": source}}
            deleted += await stores.store.delete(collection, {"must": [of_source], "must_not": [{"has_id": ids}]})
        return deleted


def check_size(collection: str, found: Collection, given: int) -> None:
    """Makes sure that vectors are as long as those of a collection.

    Raises:
        CollectionMismatch: they are not.
    """
    if found.size != given:
        raise CollectionMismatch(
            f"The collection `{collection}` holds vectors of {found.size:,} numbers; these have {given:,}.",
            expected=found.size,
            given=given,
        )


def _points(pieces: Any, vectors: Any, payload: dict[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(pieces, list) or not isinstance(vectors, list):
        raise InvalidPieces("Pieces and vectors are lists.")
    listed, numbers = cast("list[Any]", pieces), cast("list[Any]", vectors)
    if len(listed) != len(numbers):
        raise InvalidPieces(f"There are {len(listed):,} pieces and {len(numbers):,} vectors.")
    seen: Counter[str] = Counter()
    points: list[dict[str, Any]] = []
    for given, vector in zip(listed, numbers, strict=True):
        if not isinstance(given, dict) or not is_vector(vector):
            raise InvalidPieces("A piece is no object, or its vector no list of numbers.")
        piece = cast("dict[str, Any]", given)
        if not isinstance(piece.get("text"), str):
            raise InvalidPieces("A piece has no text.")
        piece = {"source": "text", **piece, **payload}
        key = repr((piece["source"], piece.get("page"), piece["text"]))
        points.append({"id": _id_of(key, seen[key]), "vector": vector, "payload": piece})
        seen[key] += 1
    lengths = {len(point["vector"]) for point in points}
    if len(lengths) > 1:
        raise InvalidPieces("The vectors are not of one length.")
    return points


def is_vector(value: Any) -> bool:
    """Whether a value is a list of numbers; of a long one the first is looked at."""
    if not isinstance(value, list) or not value:
        return False
    return is_number(cast("list[Any]", value)[0])


def _id_of(key: str, occurrence: int) -> str:
    digest = hashlib.blake2b(f"{occurrence}\0{key}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest))


def _text_of(payload: dict[str, Any]) -> str:
    named = [payload.get("title"), payload.get("heading"), payload["text"]]
    return " ".join(text for text in named if isinstance(text, str))
