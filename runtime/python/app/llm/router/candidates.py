"""The models that can answer a routed call, and what came of asking them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

from app.llm.models import ModelFacts
from app.llm.provider import Provider
from app.llm.request import known_as, parts_of
from app.llm.router.health import Health, Name, Pace
from app.llm.tokens import description_tokens, prompt_tokens
from app.llm.types import CompletionConfig, CompletionOf, Parsed, RequestConfig
from app.runtime.usage import estimate_tokens

ConfigT_co = TypeVar("ConfigT_co", bound=CompletionConfig, covariant=True)


# Without slots, as a class that is made anew for them cannot be both frozen and generic.
@dataclass(frozen=True, eq=False)
class Candidate(Generic[ConfigT_co]):
    """A model that can answer: who serves it, and its part of the request, which wins over what all share.

    `reason` is why it comes first where the order is the one that is written. Neighbours with a `weight` share the
    calls by it. `quality` is the rank among models, the best highest; `pace` is how fast the model is as long as nobody
    has measured it here.
    """

    provider: Provider
    config: ConfigT_co
    reason: str = field(default="always", kw_only=True)
    weight: float | None = field(default=None, kw_only=True)
    quality: float | None = field(default=None, kw_only=True)
    pace: Pace | None = field(default=None, kw_only=True)

    @cached_property
    def name(self) -> Name:
        """What it is known by in this process, whichever workflow asks it."""
        return self.provider.name, self.config["model"]

    @cached_property
    def facts(self) -> ModelFacts | None:
        """What is known of its model."""
        return self.provider.facts(known_as(self.config))

    @cached_property
    def most_tokens(self) -> int | None:
        """The limit of its own that an answer has."""
        return self.config.get("max_tokens")


class Choice(NamedTuple):
    """A candidate, and why it is asked."""

    candidate: Candidate[CompletionConfig]
    reason: str


class Attempt(TypedDict):
    """A model that was asked; `error` is the code of what went wrong, None where it answered."""

    provider: str
    model: str
    error: str | None


class Route(TypedDict):
    """Which model has answered, why it was asked, and all that were asked, in order."""

    provider: str
    model: str
    reason: str
    attempts: list[Attempt]


class RoutedCompletionOf(CompletionOf[Parsed], Generic[Parsed]):
    """An answer, with the model that gave it. Usage, cost and time are those of all attempts together."""

    route: Route


RoutedCompletion = RoutedCompletionOf[Any]


class Asked:
    """What candidates are chosen for: the part of the request that all of them share."""

    __slots__ = ("_has_images", "_max_tokens", "_prompt_tokens", "health", "key", "request")

    def __init__(self, request: RequestConfig, health: Health, key: bytes | None) -> None:
        self.request = request
        self.health = health
        self.key = key
        self._prompt_tokens: int | None = None
        self._has_images: bool | None = None
        self._max_tokens = request.get("max_tokens")

    @property
    def prompt_tokens(self) -> int:
        """The tokens of the prompt, estimated."""
        tokens = self._prompt_tokens
        if tokens is None:
            tokens = self._prompt_tokens = _tokens_of(self.request)
        return tokens

    @property
    def has_images(self) -> bool:
        """Whether there are images in the prompt."""
        if self._has_images is None:
            self._has_images = any(_has_image(message) for message in self.request.get("messages", ()))
        return self._has_images

    def answer_tokens(self, candidate: Candidate[CompletionConfig]) -> int:
        """The tokens that an answer is reckoned to have: no more than it may."""
        limit = candidate.most_tokens or self._max_tokens
        return _TYPICAL_ANSWER if limit is None or limit > _TYPICAL_ANSWER else limit

    def fits(self, candidate: Candidate[CompletionConfig]) -> bool:
        """Whether the model takes the prompt, as far as is known: its length, and its images."""
        facts = candidate.facts
        if facts is None:
            return True
        if not facts.vision and self.has_images:
            return False
        return self.prompt_tokens + (candidate.most_tokens or self._max_tokens or 0) <= facts.context_window


_TYPICAL_ANSWER = 500
# In characters: what a message costs besides its content.
_PER_MESSAGE = 16

Order = Callable[[Sequence[Candidate[CompletionConfig]], Asked], list[Choice]]
"""A strategy: the candidates in the order in which they are to be asked."""


def _tokens_of(request: RequestConfig) -> int:
    """As `prompt_tokens`, which takes several times as long for what most prompts are: a few messages of text."""
    length = 0
    for message in request.get("messages", ()):
        content = message.get("content")
        if not isinstance(content, str) or message.get("tool_calls"):
            return prompt_tokens(request)
        length += _PER_MESSAGE + (len(content) if content.isascii() else len(content.encode("utf-8", "replace")))
    return estimate_tokens(length) + description_tokens(request)


def _has_image(message: Mapping[str, Any]) -> bool:
    return any(part.get("type") == "image_url" for part in parts_of(message))
