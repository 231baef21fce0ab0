"""A request and the answer to it, in the terms that all APIs share."""

from dataclasses import dataclass, field
from typing import Literal

from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import Model
from tests.simulated_providers.tokens import count_tokens


@dataclass(frozen=True, slots=True)
class Function:
    """A function the model may call. `strict` asks for arguments that fit the schema exactly."""

    name: str
    description: str
    parameters: JsonObject
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a model is asked for, whichever endpoint it came through.

    `messages` is the conversation as Chat Completions writes it. `functions` are those that may be called, `named` is
    the one that must be; `legacy` says that they came as `functions` and calls go back as `function_call`.
    `max_tokens` is the limit on output tokens, None when unset. `response_schema` is the schema the answer has to fit;
    `json_object` asks for any JSON object. `top_logprobs` is None when no log probabilities are asked for.
    """

    body: JsonObject
    model: Model
    messages: list[JsonObject]
    functions: list[Function]
    legacy: bool = False
    choice: Literal["none", "auto", "required"]
    named: str | None
    parallel: bool
    json_object: bool
    response_schema: JsonObject | None
    max_tokens: int | None
    n: int = 1
    stop: list[str] = field(default_factory=list[str])
    stream: bool
    include_obfuscation: bool
    top_logprobs: int | None
    effort: str
    prompt_tokens: int

    @property
    def service_tier(self) -> str:
        """How the request is processed: as it asks, or as its project's setting says, which is "default"."""
        asked: str = self.body.get("service_tier") or "auto"
        return "default" if asked == "auto" else asked


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name and its arguments as JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the `n` answers. `pieces` joined are the content or the refusal, one piece per token."""

    pieces: tuple[str, ...]
    calls: tuple[Call, ...]
    finish_reason: str
    refused: bool = False

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """Text and calls together; calls cost the tokens of their names and arguments."""
        return len(self.pieces) + sum(count_tokens(call.name) + count_tokens(call.arguments) for call in self.calls)


@dataclass(frozen=True, slots=True)
class Completion:
    """All choices and what they cost in tokens."""

    id: str
    created: int
    model: str
    choices: tuple[Choice, ...]
    prompt_tokens: int
    cached_tokens: int
    reasoning_tokens: int

    @property
    def output_tokens(self) -> int:
        """Reasoning, texts and calls together."""
        return self.reasoning_tokens + sum(choice.tokens for choice in self.choices)
