"""A request to a model, ready to be sent to one of OpenAI's two APIs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.nodes.llm.openai_types import Timeouts

Api = Literal["chat", "responses"]

PATHS: Final[dict[Api, str]] = {"chat": "/chat/completions", "responses": "/responses"}
"""Where the APIs are under the base URL."""


@dataclass(slots=True)
class ModelRequest:
    """A request that is ready to be sent, and what is needed to read its answer.

    `known_as` is the model that `model` stands for, where that is a deployment's name. `body` is dropped once an answer
    has begun: no attempt can follow then, and open streams are many. `messages` are those of the config, `call_ids` the
    ids of the calls in them. `calls_end_as`
    is the finish_reason of an answer that asks for functions, where the API does not name one. `schema` is the JSON
    Schema that the answer has to fit, if there is one. `logprobs` says that log probabilities are asked for,
    `keeps_items` that the output items of a Responses answer may be sent back.
    """

    api: Api
    body: bytes
    model: str
    known_as: str
    messages: list[Mapping[str, Any]]
    stream: bool
    expects_json: bool
    timeout: float | Timeouts | None
    max_retries: int | None
    schema: Any = None
    calls_end_as: Literal["tool_calls", "function_call"] = "tool_calls"
    logprobs: bool = False
    keeps_items: bool = False
    call_ids: Collection[str] = ()
