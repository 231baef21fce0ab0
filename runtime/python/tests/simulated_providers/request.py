"""A validated request, in the terms the answering code needs."""

from dataclasses import dataclass, field
from typing import Literal

from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import Model


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest(Request):
    """A request to Chat Completions."""

    include_usage: bool
