"""Who answers model calls, how they are spoken to, and what the calls of a project can do."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msgspec

from app.llm.answer import ModelAnswer, ReadJson
from app.llm.errors import InvalidRequest
from app.llm.failures import CodeOf
from app.llm.models import ModelFacts
from app.llm.request import ModelRequest, response_format_of
from app.llm.stream import AnswerStream
from app.llm.types import CompletionConfig, JsonObject, Piece, ToolCall
from app.runtime.context import Server
from app.runtime.errors import ServiceError
from app.runtime.events import MakeFrame, Place
from app.runtime.http.pool import ConnectionPool
from app.runtime.usage import Usage


class Api(msgspec.Struct, frozen=True):
    """How an API is spoken: its name in a config, its path below a provider's base URL, what encodes a request and
    reads the answer, what can be asked for, and what knows errors that the API tells in words alone.
    """

    name: str
    path: str
    encode: "Callable[[CompletionConfig, Provider, bool], ModelRequest]"
    open_stream: Callable[[ModelRequest, int], AnswerStream]
    calls: bool = False
    logprobs: bool = False
    code_of: CodeOf | None = None


class PartialJson(Protocol):
    """Makes the `partial` events of JSON that is streamed: of what one read has brought, and of the end."""

    def after(self, events: Sequence[Piece]) -> bytes: ...  # noqa: D102

    def end(self, parsed: Any) -> bytes: ...  # noqa: D102


EndCall = Callable[[str, ModelAnswer, Usage | None, float | None], None]
"""Ends the span of a call with its outcome, what has arrived, what was used, and milliseconds to the first token."""


class Tracing(msgspec.Struct, frozen=True):
    """What tells OpenTelemetry of a model call, of a function that a model calls, of all rounds of both, and of a
    choice among models. The second gives what notes outcome and result (as JSON), the last what notes the choice.
    """

    model_call: "Callable[[Provider, Api, CompletionConfig, ModelRequest, ConnectionPool, str | None], EndCall | None]"
    tool_call: Callable[..., AbstractContextManager[Callable[[str, bytes], None] | None]]
    agent: Callable[[str, str, str], AbstractContextManager[None]]
    route: Callable[[str | None], AbstractContextManager[Callable[[Mapping[str, Any]], None] | None]]


class Parts(msgspec.Struct, frozen=True):
    """What the calls of a project can do besides; what none of its workflows asks for is left out.

    `check_calls` holds the calls of an answer against what a config declares, and those of which there may be one.
    """

    read_json: ReadJson | None = None
    checks_schemas: bool = False
    partial_json: Callable[[Place, MakeFrame], PartialJson] | None = None
    check_calls: Callable[[CompletionConfig, Sequence[ToolCall], Sequence[ToolCall], str], None] | None = None
    tracing: Tracing | None = None


class Provider(Server[ConnectionPool], frozen=True, kw_only=True):
    """Who answers: what is known of a model, which API a config without one means, and which one with "auto".

    The rest is how its models deviate: what they call the limit of an answer, whether they take the deprecated
    functions, whether they reason; `adapt` changes the body of a request before it is sent. Who does not take
    `stream_options` reports the usage of a stream unasked. Who `tells_cost` does so in US dollars. `request_id_header`
    is where it takes the id that a caller gave. `words` are what the hints of errors call its key and address.
    """

    apis: Mapping[str, Api]
    parts: Parts = Parts()
    facts: Callable[[str], ModelFacts | None] = lambda model: None
    default_api: str = "chat"
    choose_api: Callable[[CompletionConfig], str] = lambda config: "chat"
    token_limit: Callable[[str], str] = lambda model: "max_tokens"
    takes_functions: Callable[[str], bool] = lambda model: False
    reasons: Callable[[str], bool] = lambda model: False
    adapt: Callable[[JsonObject], None] | None = None
    takes_stream_options: bool = True
    tells_cost: bool = False
    request_id_header: bytes = b""
    words: Mapping[str, str] = {}

    def name_in(self, error: ServiceError) -> None:
        """Calls the key and the address in the hint of an error by the names of this provider's variables."""
        for words, name in self.words.items():
            error.hint = error.hint.replace(words, name)

    def api_for(self, config: CompletionConfig) -> Api:
        """The API that answers a config.

        Raises:
            InvalidRequest: the project has no part for what the config asks for; the hint says how to get it.
        """
        named = config.get("api") or self.default_api
        chosen = self.choose_api(config) if named == "auto" else named
        api = self.apis.get(chosen)
        if api is None:
            raise left_out(_API_NAMES.get(chosen, chosen), chosen)
        response_format = (response_format_of(config) or {}).get("type")
        if not api.calls and (config.get("tools") or config.get("functions")):
            raise left_out("function calls", "calls")
        if not api.logprobs and config.get("logprobs"):
            raise left_out("log probabilities", "logprobs")
        if response_format and self.parts.read_json is None:
            raise left_out("answers in JSON", "json")
        if response_format == "json_schema" and not self.parts.checks_schemas:
            raise left_out("answers by a JSON schema", "schemas")
        return api


_API_NAMES = {"chat": "Chat Completions", "responses": "the Responses API", "messages": "the Messages API"}


def left_out(what: str, part: str) -> InvalidRequest:
    """The error when a config asks for what the project has no part for."""
    return InvalidRequest(
        f"This project was built without {what}, which none of its workflows uses.",
        hint=f"Build it again with `catalyst build --with {part}`, or use it in a workflow.",
    )
