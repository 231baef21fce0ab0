"""The pieces in Qdrant that are nearest to a question, as a step of a workflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.outside.errors import AnswerUnusable
from app.retrieval.errors import CollectionMismatch, CollectionMissing, InvalidPieces
from app.retrieval.store import WORDS, Collection, VectorStores, check_name
from app.retrieval.upsert import check_size, is_vector
from app.retrieval.words import words_of_query
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.json_schema import schema_problems
from app.runtime.timing import timed_step

# Each way finds more than is wanted, so that what is good in both can win.
_FURTHER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class QdrantSearch:
    """What of a search is the same in every run; `node` is the step.

    `dense` looks for meaning, by the vector of the question; `words` for its words; `hybrid` for both, and puts the
    two lists together by the places that pieces have in them. `vector` is what the collection calls its vectors.
    """

    node: str
    mode: Literal["dense", "words", "hybrid"] = "dense"
    limit: int = 5
    score_threshold: float | None = None
    vector: str = ""
    payload_schema: Mapping[str, Any] | None = None

    async def send(
        self,
        ctx: ExecutionContext,
        collection: str,
        *,
        vector: Any = None,
        text: str = "",
        where: dict[str, Any] | None = None,
    ) -> Any:
        """Gives `{"hits": [{"id", "score", "payload"}], "count": …}`, the best first; `where` is a filter.

        The score of `dense` is the distance of the collection (1 is the same direction with cosine), that of `words`
        BM25, and that of `hybrid` a sum of places; `score_threshold` is about the dense one, or about words alone.

        Raises:
            InvalidCollection, CollectionMissing, CollectionMismatch: the collection.
            InvalidPieces: the vector is none.
            AnswerUnusable: what was found does not fit the schema of the payload.
            DatabaseUnreachable, DatabaseTimeout, StoreAccessDenied, QueryFailed: Qdrant.
        """
        with timed_step(ctx, self.node):
            try:
                check_name(collection)
                stores = ctx.pools.shared(VectorStores)
                await self._check(stores, collection, vector)
                body = self._body(vector, text, where)
                asks_nothing = self.mode == "words" and not body["query"]["indices"]
                hits = [] if asks_nothing else await stores.store.query(collection, body)
                if hits is None:
                    raise await _missing(stores, collection, self.vector)
                return {"hits": self._fitting(hits), "count": len(hits)}
            except ServiceError as error:
                error.node = error.node or self.node
                raise

    async def _check(self, stores: VectorStores, name: str, vector: Any) -> None:
        if self.mode != "words" and not is_vector(vector):
            raise InvalidPieces("The vector of the search is no list of numbers.")
        found = await stores.collection(name, self.vector)
        if found is not None and not self._fits(found, vector):
            # It may have been made anew since it was asked for.
            found = await stores.collection(name, self.vector, anew=True)
        if found is None:
            raise await _missing(stores, name, self.vector)
        if self.mode != "words":
            check_size(name, found, len(vector))
        if self.mode != "dense" and not found.has_words:
            hint = "Index with `hybrid` into a new collection, or search with the mode `dense`."
            raise CollectionMismatch(f"The collection `{name}` was made without words.", hint=hint)

    def _fits(self, found: Collection, vector: Any) -> bool:
        return (self.mode == "words" or found.size == len(vector)) and (self.mode == "dense" or found.has_words)

    def _body(self, vector: Any, text: str, where: dict[str, Any] | None) -> dict[str, Any]:
        """https://api.qdrant.tech/api-reference/search/query-points."""
        filtered = {} if where is None else {"filter": where}
        threshold = {} if self.score_threshold is None else {"score_threshold": self.score_threshold}
        named = {"using": self.vector} if self.vector else {}
        meaning: dict[str, Any] = {"query": vector, **named, **filtered, **threshold}
        words: dict[str, Any] = {"query": words_of_query(text), "using": WORDS, **filtered}
        both = [meaning, words] if words["query"]["indices"] else [meaning]
        shared = {"limit": self.limit, "with_payload": True}
        if self.mode == "dense":
            return {**meaning, **shared}
        if self.mode == "words":
            return {**words, **threshold, **shared}
        prefetch = [{**way, "limit": self.limit * _FURTHER} for way in both]
        return {"prefetch": prefetch, "query": {"fusion": "rrf"}, **shared}

    def _fitting(self, hits: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {"id": str(hit["id"]), "score": hit["score"], "payload": hit.get("payload") or {}} for hit in hits
        ]
        if self.payload_schema is not None:
            listed = {"type": "array", "items": self.payload_schema}
            problems = schema_problems([hit["payload"] for hit in found], listed)
            if problems:
                raise AnswerUnusable("What was found is not what `payloadSchema` says.", errors=problems)
        return found


async def _missing(stores: VectorStores, collection: str, vector: str) -> CollectionMissing:
    await stores.collection(collection, vector, anew=True)
    return CollectionMissing(f"There is no collection `{collection}`.")
