"""Embeddings by any provider: lists of texts in batches, several at the same time, in the order of the texts."""

import asyncio
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from app.llm.embeddings.call import Batch, EmbeddingCall, TooMuchTogether
from app.llm.embeddings.types import (
    BeginEmbeddingSpan,
    Embedder,
    EmbeddingConfig,
    EmbeddingHabits,
    Embeddings,
    Vector,
    VectorCache,
)
from app.llm.errors import InvalidRequest
from app.llm.models import ModelFacts
from app.llm.provider import Provider, left_out
from app.llm.request import known_as
from app.runtime.context import ExecutionContext, Server
from app.runtime.problems import first_error
from app.runtime.usage import Usage, UsageMeter

_BATCH_SIZE = 100
_PARALLEL = 4
# A text of three bytes a character has about one token for each; English has a token for four bytes.
_FEWEST_BYTES_PER_TOKEN = 2
# Base64 has four characters for three bytes, and a number four bytes; the rest is what stands around it.
_BYTES_PER_NUMBER = 6
_MOST_DIMENSIONS = 4096


class _ByName(Protocol):
    def __getitem__(self, name: str) -> Provider: ...


class Embedders:
    """Those who make embeddings, by their names, as a project asks them. `compatible` are servers under any name."""

    def __init__(
        self,
        *providers: Provider,
        models: Mapping[str, ModelFacts],
        habits: Mapping[str, EmbeddingHabits],
        compatible: _ByName | None = None,
        cache: Server[VectorCache] | None = None,
        begin_span: BeginEmbeddingSpan | None = None,
    ) -> None:
        self._providers = {provider.name: provider for provider in providers}
        self._models = models
        self._habits = habits
        self._compatible = compatible
        self._cache = cache
        self._begin_span = begin_span

    def __getitem__(self, name: str) -> Embedder:
        """Who makes embeddings under that name.

        Raises:
            InvalidRequest: the project has nobody of that name.
        """
        provider = self._providers.get(name)
        if provider is None and self._compatible is not None:
            provider = self._compatible[name]
        if provider is None:
            raise left_out(f"embeddings of {name}", "embeddings")
        habits = self._habits.get(provider.name) or EmbeddingHabits()
        return Embedder(provider, habits, self._models, self._cache, self._begin_span)


async def embed(
    ctx: ExecutionContext, embedder: Embedder, config: EmbeddingConfig, *, node: str | None = None
) -> Embeddings:
    """Makes the embeddings of all texts of a config.

    Raises:
        ServiceError: as a completion. `ContextLengthExceeded` says which texts are too long; `InvalidRequest` which is
            empty, or none.
    """
    meter = UsageMeter(ctx.usage)
    try:
        work = _Work(ctx, embedder, config, meter, node)
        vectors = await work.vectors()
    finally:
        used = meter.total()
        if node is not None and ctx.sink is not None and meter.calls:
            ctx.sink.hold_usage(ctx.place(node), used, used["cost_usd"])
    usage = {name: count for name, count in used.items() if name != "cost_usd"}
    return {
        "embeddings": [vector.tolist() for vector in vectors],
        "model": work.model,
        "usage": cast("Usage", usage),
        "cost_usd": used["cost_usd"],
    }


class _Work:
    """All requests that the texts of one config take."""

    def __init__(
        self, ctx: ExecutionContext, embedder: Embedder, config: EmbeddingConfig, meter: UsageMeter, node: str | None
    ) -> None:
        self._ctx = ctx
        self._embedder = embedder
        self._config = config
        self._meter = meter
        self._node = node
        self._texts = _texts_of(config.get("input"))
        self._vectors: list[Vector] = [array("f")] * len(self._texts)
        self.model = config["model"]

    async def vectors(self) -> list[Vector]:
        cache = self._open_cache()
        if cache is None:
            await self._ask_for(range(len(self._texts)))
            return self._vectors
        keys = [self._key(cache, text) for text in self._texts]
        first: dict[bytes, int] = {}
        for place, key in enumerate(keys):
            known = cache.get(key)
            if known is None:
                first.setdefault(key, place)
            else:
                self._vectors[place] = known
        await self._ask_for(first.values())
        cache.put((key, self._vectors[place]) for key, place in first.items())
        for place, key in enumerate(keys):
            if key in first:
                self._vectors[place] = self._vectors[first[key]]
        return self._vectors

    def _open_cache(self) -> VectorCache | None:
        if not self._config.get("cache"):
            return None
        if self._embedder.cache is None:
            raise left_out("a cache of embeddings", "embeddings")
        return self._ctx.pools.of(self._embedder.cache)

    def _key(self, cache: VectorCache, text: str) -> bytes:
        config = self._config
        further = (config.get("dimensions"), config.get("input_type"), config.get("extra_body"))
        return cache.key(self._embedder.provider.name, config["model"], *further, text)

    async def _ask_for(self, places: Iterable[int]) -> None:
        """Fills in the vectors of some texts; the first request that fails ends the others."""
        batches = self._batches(places)
        parallel = min(self._config.get("parallel") or _PARALLEL, len(batches))
        if len(batches) == 1:
            await self._ask(batches[0])
            return
        waiting = iter(batches)

        async def work() -> None:
            for batch in waiting:
                await self._ask(batch)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(parallel):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            raise first_error(errors) from None

    async def _ask(self, batch: Batch) -> None:
        call = EmbeddingCall(self._ctx, self._embedder, self._config, batch, self._meter, self._node)
        try:
            vectors = await call.vectors()
        except TooMuchTogether:
            for half in batch.halves():
                await self._ask(half)
            return
        self.model = call.model
        for place, vector in zip(batch.places, vectors, strict=True):
            self._vectors[place] = vector

    def _batches(self, places: Iterable[int]) -> list[Batch]:
        """The texts in batches that are surely no larger than the provider takes and the service reads."""
        config, habits = self._config, self._embedder.habits
        facts = self._embedder.facts(known_as(config))
        dimensions = config.get("dimensions") or (facts and facts.dimensions) or _MOST_DIMENSIONS
        most_read = self._ctx.settings.max_answer_bytes // (dimensions * _BYTES_PER_NUMBER)
        size = max(1, min(config.get("batch_size") or _BATCH_SIZE, habits.most_texts, most_read))
        most_bytes = None if habits.most_tokens is None else habits.most_tokens * _FEWEST_BYTES_PER_TOKEN
        batches: list[list[int]] = []
        room = 0
        for place in places:
            length = len(self._texts[place].encode("utf-8", "replace"))
            if not batches or len(batches[-1]) == size or (most_bytes is not None and length > room):
                batches.append([])
                room = most_bytes or 0
            batches[-1].append(place)
            room -= length
        return [Batch([self._texts[place] for place in batch], batch) for batch in batches]


_KINDS: dict[type[Any], str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    dict: "an object",
    list: "a list",
    tuple: "a list",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "nothing")


def _texts_of(given: Any) -> Sequence[str]:
    """The texts of an input: one, or a list of them.

    Raises:
        InvalidRequest: it is neither, or some text is empty, for which there is no embedding.
    """
    if not isinstance(given, str | list | tuple):
        raise InvalidRequest(
            f"The input is {_kind(given)}, and neither a text nor a list of texts.",
            hint="Give the node a text or a list of texts.",
            parameter="input",
        )
    texts = cast("Sequence[Any]", [given] if isinstance(given, str) else given)
    for place, text in enumerate(texts):
        where = "input" if isinstance(given, str) else f"input[{place}]"
        if not isinstance(text, str):
            raise InvalidRequest(
                f"{where} is {_kind(text)}, and no text.",
                hint="Give the node texts; `| string` makes one of any value.",
                parameter=where,
            )
        if not text:
            raise InvalidRequest(
                f"{where} is an empty text, for which there is no embedding.",
                hint="Leave empty texts out of the input.",
                parameter=where,
            )
    return texts
