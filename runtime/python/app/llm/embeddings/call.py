"""One request for embeddings, from texts to vectors, with its usage, span and log line.

https://platform.openai.com/docs/api-reference/embeddings/create
"""

import binascii
import sys
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from app.llm.embeddings.errors import code_of, is_about_all, locate_texts
from app.llm.embeddings.types import Embedder, EmbeddingConfig, Vector
from app.llm.errors import ContextLengthExceeded, InvalidRequest, StreamMalformed
from app.llm.failures import hide_key, known_error, said_upstream, without_key
from app.llm.models import ModelFacts
from app.llm.request import ModelRequest, known_as
from app.llm.tokens import text_tokens
from app.llm.types import JsonObject
from app.llm.upstream import UpstreamCall
from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import ServiceError, outcome_of
from app.runtime.log import log_event
from app.runtime.usage import Usage, UsageMeter, usage_of


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that go out together, and where in the input they are from."""

    texts: Sequence[str]
    places: Sequence[int]

    def halves(self) -> "tuple[Batch, Batch]":
        """The first half of them, and the rest."""
        middle = len(self.texts) // 2
        return (
            Batch(self.texts[:middle], self.places[:middle]),
            Batch(self.texts[middle:], self.places[middle:]),
        )


class TooMuchTogether(Exception):
    """The texts of a request are too long together, and none by itself."""


class _Row(msgspec.Struct):
    embedding: str | list[float]
    index: int | None = None


class _Counts(msgspec.Struct):
    prompt_tokens: int | None = None
    total_tokens: int | None = None
    cost: float | None = None


class _Answer(msgspec.Struct):
    data: list[_Row]
    model: str | None = None
    usage: _Counts | None = None
    service_tier: str | None = None


_decode = msgspec.json.Decoder(_Answer, strict=False).decode


class EmbeddingCall:
    """A request that is sent once, with the retries of any model call."""

    def __init__(
        self,
        ctx: ExecutionContext,
        embedder: Embedder,
        config: EmbeddingConfig,
        batch: Batch,
        meter: UsageMeter,
        node: str | None,
    ) -> None:
        self._ctx = ctx
        self._embedder = embedder
        self._config = config
        self._batch = batch
        self._meter = meter
        self._node = node
        self._facts = embedder.facts(known_as(config))
        self._usage: Usage | None = None
        self._told_cost: float | None = None
        self._tier: str | None = None
        self.model = config["model"]
        """The one that answered, once it has."""

    async def vectors(self) -> list[Vector]:
        """The embeddings of the texts, in their order.

        Raises:
            TooMuchTogether: with fewer texts it may go through.
            ServiceError: as a completion; `ContextLengthExceeded` names the texts.
        """
        self._meter.check_budget()
        ctx, provider = self._ctx, self._embedder.provider
        pool = ctx.pools.of(provider)
        request = self._request()
        upstream = UpstreamCall(pool, "/embeddings", request, ctx.settings, self._facts, code_of)
        begin = self._embedder.begin_span
        end_span = None if begin is None else begin(provider, self._config, pool, self._node)
        started = time.perf_counter()
        failure: BaseException | None = None
        try:
            await upstream.open()
            return self._read(await upstream.read_all())
        except ContextLengthExceeded as error:
            failure = error
            if is_about_all(error) and len(self._batch.texts) > 1:
                raise TooMuchTogether from None
            locate_texts(error, self._batch.texts, self._batch.places, self.model, self._facts)
            raise
        except BaseException as error:
            failure = error
            raise
        finally:
            upstream.close()
            if isinstance(failure, ServiceError):
                failure.node = failure.node or self._node
                provider.name_in(failure)
                hide_key(failure, ctx.secrets.get(provider.secret))
            outcome, request_id = outcome_of(failure), upstream.request_id
            if request_id is not None:
                request_id = without_key(request_id, ctx.secrets.get(provider.secret))
            self._account(upstream, failure)
            if end_span is not None:
                end_span(outcome, self.model, self._usage)
            log_event(
                "model_call",
                execution_id=ctx.execution_id,
                node=self._node,
                provider=provider.name,
                requested=self.model,
                model=self.model,
                api="embeddings",
                texts=len(self._batch.texts),
                outcome=outcome,
                usage=self._usage,
                timing={"total_ms": milliseconds_since(started)},
                attempts=upstream.attempts,
                request_id=request_id,
                upstream=said_upstream(failure, request.messages) if isinstance(failure, ServiceError) else None,
            )

    def _request(self) -> ModelRequest:
        config, habits = self._config, self._embedder.habits
        body: JsonObject = {"model": config["model"], "input": list(self._batch.texts), "encoding_format": "base64"}
        dimensions, input_type = config.get("dimensions"), config.get("input_type")
        if dimensions is not None:
            body[habits.dimensions] = dimensions
        if input_type is not None and habits.input_type:
            body["input_type"] = input_type
        if habits.cuts_unasked:
            body["truncation"] = False
        body.update(config.get("extra_body") or {})
        try:
            encoded = msgspec.json.encode({name: value for name, value in body.items() if value is not None})
        except (TypeError, ValueError, UnicodeEncodeError, RecursionError) as error:
            raise InvalidRequest("The request holds a value that cannot be written as JSON.") from error
        return ModelRequest(
            body=encoded,
            model=config["model"],
            known_as=known_as(config),
            messages=[{"role": "user", "content": text} for text in self._batch.texts],
            stream=False,
            expects_json=False,
            schema=None,
            timeout=config.get("timeout"),
            max_retries=config.get("max_retries"),
        )

    def _read(self, body: bytes) -> list[Vector]:
        """The vectors of an answer, each at the place of its text.

        Raises:
            ServiceError: the answer is an error, or not what the API sends.
        """
        try:
            answer = _decode(body)
        except (ValueError, RecursionError):
            raise known_error(body) or StreamMalformed("The answer holds no embeddings.") from None
        if answer.model and answer.model != self.model:
            self.model = without_key(answer.model, self._ctx.secrets.get(self._embedder.provider.secret))
        counts = answer.usage or _Counts()
        tokens = counts.prompt_tokens or counts.total_tokens
        self._usage = self._estimate() if tokens is None else usage_of(tokens)
        self._told_cost = counts.cost
        self._tier = answer.service_tier
        count = len(self._batch.texts)
        placed = {place if row.index is None else row.index: row.embedding for place, row in enumerate(answer.data)}
        if sorted(placed) != list(range(count)) or len(answer.data) != count:
            raise StreamMalformed(f"For {count} texts {len(answer.data)} embeddings came back.")
        vectors = [_vector(placed[place]) for place in range(count)]
        wanted = self._config.get("dimensions") or len(vectors[0])
        other = next((len(vector) for vector in vectors if len(vector) != wanted), None)
        if other is not None:
            raise StreamMalformed(
                f"An embedding of {other} dimensions came back instead of {wanted}.",
                hint="Leave `dimensions` out, or use a model that can shorten its embeddings.",
            )
        return vectors

    def _account(self, upstream: UpstreamCall, failure: BaseException | None) -> None:
        if self._usage is None and failure is not None and upstream.accepted:
            self._usage = self._estimate()
        if self._usage is not None:
            self._meter.add(self._usage, self._cost(self._usage, self._facts))

    def _cost(self, usage: Usage, facts: ModelFacts | None) -> float | None:
        if self._embedder.provider.tells_cost and self._told_cost is not None:
            return self._told_cost
        known = self._embedder.facts(self.model) or facts
        return None if known is None else known.cost_of(usage, self._tier)

    def _estimate(self) -> Usage:
        return {**usage_of(sum(map(text_tokens, self._batch.texts))), "estimated": True}


def _vector(written: str | list[float]) -> Vector:
    """The numbers of an embedding: those of a list, or of four bytes each, the lowest first, in base64."""
    if not isinstance(written, str):
        return array("d", written)
    vector = array("f")
    try:
        vector.frombytes(binascii.a2b_base64(written, strict_mode=True))
    except ValueError:
        raise StreamMalformed("An embedding is not the base64 of numbers.") from None
    if sys.byteorder == "big":
        vector.byteswap()
    return vector
