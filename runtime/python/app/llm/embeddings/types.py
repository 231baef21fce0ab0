"""What goes into and comes out of a request for embeddings, and how those who make them differ."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, Required, TypedDict

from app.llm.models import ModelFacts
from app.llm.provider import Provider
from app.llm.types import JsonObject, Timeouts
from app.runtime.context import Server
from app.runtime.http.pool import ConnectionPool
from app.runtime.usage import Usage

if TYPE_CHECKING:
    Vector = array[float]
else:  # Python 3.11 takes no parameter here
    Vector = array
"""The numbers of an embedding as they came: of four bytes each, or of eight where they were written out."""


class EmbeddingConfig(TypedDict, total=False):
    """What embeddings are asked for: of a text, or of a list of texts.

    `provider` is who makes them. `base_model` is the model that `model` stands for, where that is the name of a
    deployment. `dimensions` shortens the embeddings, where the model can. So many texts as `batch_size` (100) go out in
    one request at most, and so many requests as `parallel` (4) are under way at the same time. `input_type` says what
    the texts are for, to those who make a difference. With `cache` a text is sent once, and its embedding kept in
    memory. `extra_body` holds further parameters by their wire names. `timeout` (seconds for a whole request, or by
    phase) and `max_retries` override the service's settings.
    """

    provider: Required[str]
    model: Required[str]
    base_model: str
    input: str | list[str]
    dimensions: int | None
    batch_size: int
    parallel: int
    input_type: Literal["query", "document"]
    cache: bool
    extra_body: JsonObject
    timeout: float | Timeouts
    max_retries: int


class Embeddings(TypedDict):
    """One embedding for each text, in their order. `cost_usd` is None when a price is not known."""

    embeddings: list[list[float]]
    model: str
    usage: Usage
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class EmbeddingHabits:
    """How a provider is asked for embeddings: OpenAI's way, but for what is said here.

    `most_texts` and `most_tokens` are the limits of one request. `dimensions` is what it calls these. `input_type` says
    that it takes one, `cuts_unasked` that it cuts texts that are too long unless told not to. `models_of` is whose
    models it serves.
    """

    most_texts: int = 2048
    most_tokens: int | None = None
    dimensions: str = "dimensions"
    input_type: bool = False
    cuts_unasked: bool = False
    models_of: str | None = None


EndEmbeddingSpan = Callable[[str, str, Usage | None], None]
"""Ends the span of a request: "ok" or the code of its error, the model that answered, and what was used."""


class BeginEmbeddingSpan(Protocol):
    """Tells OpenTelemetry of a request for embeddings."""

    def __call__(  # noqa: D102
        self, provider: Provider, config: EmbeddingConfig, pool: ConnectionPool, node: str | None
    ) -> EndEmbeddingSpan | None: ...


class VectorCache(Protocol):
    """Embeddings by all that decides how they come out."""

    @staticmethod
    def key(*parts: object) -> bytes: ...  # noqa: D102

    def get(self, key: bytes) -> Vector | None: ...  # noqa: D102

    def put(self, embeddings: Iterable[tuple[bytes, Vector]]) -> None: ...  # noqa: D102

    async def aclose(self) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Embedder:
    """Who makes embeddings, and what is known of its models."""

    provider: Provider
    habits: EmbeddingHabits
    models: Mapping[str, ModelFacts]
    cache: Server[VectorCache] | None = None
    begin_span: BeginEmbeddingSpan | None = None

    def facts(self, model: str) -> ModelFacts | None:
        """What is known of a model."""
        owner = self.habits.models_of or self.provider.name
        return self.models.get(f"{owner}/{model.strip().lower().rpartition('/')[2]}")
