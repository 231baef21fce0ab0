"""A validated Chat Completions request, in the terms the answering code needs."""

from dataclasses import dataclass
from typing import Literal

from simulated_openai.json_values import JsonObject
from simulated_openai.models import Model


@dataclass(frozen=True, slots=True)
class Function:
    """A function the model may call. `strict` asks for arguments that fit the schema exactly."""

    name: str
    description: str
    parameters: JsonObject
    strict: bool = False


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What was asked for.

    `legacy` says that functions came as `functions` and calls go back as `function_call`. `named` is the function that
    must be called. `max_tokens` is the limit on output tokens, None when unset. `response_schema` is the schema the
    answer has to fit; `json_object` asks for any JSON object.
    """

    body: JsonObject
    model: Model
    messages: list[JsonObject]
    functions: list[Function]
    legacy: bool
    choice: Literal["none", "auto", "required"]
    named: str | None
    parallel: bool
    json_object: bool
    response_schema: JsonObject | None
    max_tokens: int | None
    n: int
    stop: list[str]
    stream: bool
    include_usage: bool
    include_obfuscation: bool
    top_logprobs: int | None
    effort: str
    prompt_tokens: int
