"""The models that can answer a routed call, and what came of asking them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

from app.llm.models import ModelFacts
from app.llm.provider import Provider
from app.llm.request import known_as, parts_of
from app.llm.router.health import Health, Name, Pace
from app.llm.tokens import description_tokens, prompt_tokens
from app.llm.types import CompletionConfig, CompletionOf, Parsed, RequestConfig
from app.runtime.usage import estimate_tokens

ConfigT_co = TypeVar("ConfigT_co", bound=CompletionConfig, covariant=True)


class Candidate(Generic[ConfigT_co]):
    """A model that can answer: who serves it, and its part of the request, which wins over what all share.

    `reason` is why it comes first where the order is the one that is written. Neighbours with a `weight` share the
    calls by it. `quality` is the rank among models, the best highest; `pace` is how fast the model is as long as nobody
    has measured it here.
    """

    __slots__ = ("config", "facts", "most_tokens", "name", "pace", "provider", "quality", "reason", "weight")

    def __init__(
        self,
        provider: Provider,
        config: ConfigT_co,
        *,
        reason: str = "always",
        weight: float | None = None,
        quality: float | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.provider = provider
        self.config = config
        self.reason = reason
        self.weight = weight
        self.quality = quality
        self.pace = pace
        self.name: Name = (provider.name, config["model"])
        """What it is known by in this process, whichever workflow asks it."""
        self.facts: ModelFacts | None = provider.facts(known_as(config))
        """What is known of its model."""
        self.most_tokens: int | None = config.get("max_tokens")
        """The limit of its own that an answer has."""


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


class Described:
    """The tokens of functions and of the form of the answer, which are the same in all calls of most routers."""

    __slots__ = ("_of", "_tokens")

    def __init__(self) -> None:
        self._of: tuple[Any, Any, Any] = (None, None, None)
        self._tokens = 0

    def tokens(self, request: RequestConfig) -> int:
        """Those of this request."""
        tools, functions, form = self._of
        if (
            request.get("tools") is not tools
            or request.get("functions") is not functions
            or request.get("response_format") is not form
        ):
            self._of = request.get("tools"), request.get("functions"), request.get("response_format")
            self._tokens = description_tokens(request)
        return self._tokens


class Prompt(NamedTuple):
    """How much there is to be read: the tokens, estimated and rounded up to five binary digits, so that most prompts of
    a workflow are alike; and whether there are images.
    """

    tokens: int
    has_images: bool


class Asked:
    """What candidates are chosen for: the part of the request that all of them share."""

    __slots__ = ("_described", "_prompt", "health", "key", "max_tokens", "request")

    def __init__(
        self, request: RequestConfig, health: Health, key: bytes | None, described: Described | None = None
    ) -> None:
        self._described = described
        self._prompt: Prompt | None = None
        self.request = request
        self.health = health
        self.key = key
        self.max_tokens = request.get("max_tokens")

    @property
    def prompt(self) -> Prompt:
        """What models have to be able to take."""
        prompt = self._prompt
        if prompt is None:
            prompt = self._prompt = _prompt_of(self.request, self._described or Described())
        return prompt

    def answer_tokens(self, candidate: Candidate[CompletionConfig]) -> int:
        """The tokens that an answer is reckoned to have: no more than it may."""
        limit = candidate.most_tokens or self.max_tokens
        return _TYPICAL_ANSWER if limit is None or limit > _TYPICAL_ANSWER else limit


_TYPICAL_ANSWER = 500
# In characters: what a message costs besides its content.
_PER_MESSAGE = 16

Order = Callable[[Sequence[Candidate[CompletionConfig]], Asked], Sequence[Choice]]
"""A strategy: the candidates in the order in which they are to be asked."""


def _prompt_of(request: RequestConfig, described: Described) -> Prompt:
    """As `prompt_tokens`, which takes several times as long for what most prompts are: a few messages of text."""
    messages, length = request.get("messages", ()), 0
    for message in messages:
        content = message.get("content")
        if not isinstance(content, str) or message.get("tool_calls"):
            return Prompt(_rounded(prompt_tokens(request)), any(_has_image(each) for each in messages))
        length += _PER_MESSAGE + (len(content) if content.isascii() else len(content.encode("utf-8", "replace")))
    return Prompt(_rounded(estimate_tokens(length) + described.tokens(request)), has_images=False)


def _rounded(tokens: int) -> int:
    step = 1 << max(tokens.bit_length() - 5, 0)
    return -(-tokens // step) * step


def _has_image(message: Mapping[str, Any]) -> bool:
    return any(part.get("type") == "image_url" for part in parts_of(message))
