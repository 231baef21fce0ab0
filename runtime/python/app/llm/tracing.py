"""Spans of model calls and of the functions that models call, by OpenTelemetry's conventions."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import msgspec

from app.llm.answer import ModelAnswer
from app.llm.provider import Api, EndCall, Provider, Tracing
from app.llm.request import ModelRequest, parts_of, response_format_of
from app.llm.types import CompletionConfig, FunctionCallDelta, JsonObject, Piece, ReasoningDelta
from app.runtime.events import encode
from app.runtime.http.pool import ConnectionPool
from app.runtime.telemetry import Telemetry, telemetry
from app.runtime.usage import Usage


def input_messages(messages: Sequence[Mapping[str, Any]]) -> list[JsonObject]:
    """The messages of a request. Images and files are named, not recorded."""
    return [{"role": message.get("role"), "parts": _parts(message)} for message in messages]


def output_messages(answer: ModelAnswer) -> list[JsonObject]:
    """What has arrived of an answer."""
    refusal = "".join(answer.refusal)
    parts = [_said(piece) for piece in answer.pieces() or ([refusal] if refusal else [])]
    return [{"role": "assistant", "parts": parts, "finish_reason": answer.finish_reason}]


def tool_definitions(config: CompletionConfig) -> list[JsonObject]:
    """What the model may call."""
    declared: list[Mapping[str, Any]] = [tool.get("function") or tool for tool in config.get("tools") or ()]
    return [{"type": "function", **function} for function in [*declared, *(config.get("functions") or ())]]


def _parts(message: Mapping[str, Any]) -> list[JsonObject]:
    content: Any = message.get("content")
    parts = [_text(content)] if isinstance(content, str) else [_part(part) for part in parts_of(message)]
    match message.get("role"):
        case "tool":
            said = content if isinstance(content, str) else parts
            return [{"type": "tool_call_response", "id": message.get("tool_call_id"), "response": said}]
        case "function":
            return [{"type": "tool_call_response", "id": None, "response": content}]
        case _:
            pass
    parts += [_call(call.get("id"), **call.get("function", {})) for call in message.get("tool_calls") or ()]
    if message.get("function_call"):
        parts.append(_call(None, **message["function_call"]))
    return parts


def _part(part: JsonObject) -> JsonObject:
    match part.get("type"):
        case "text" | "refusal" as kind:
            return _text(part.get(kind))
        case "image_url":
            image: JsonObject = part.get("image_url") or {}
            url = str(image.get("url"))
            return {"type": "image"} if url.startswith("data:") else {"type": "uri", "modality": "image", "uri": url}
        case kind:
            return {"type": kind}


def _said(piece: Piece) -> JsonObject:
    match piece:
        case FunctionCallDelta():
            return _call(piece.id, piece.name, piece.arguments)
        case ReasoningDelta():
            return {"type": "reasoning", "content": piece.text}
        case _:
            return _text(piece)


def _text(content: Any) -> JsonObject:
    return {"type": "text", "content": content}


def _call(call_id: str | None, name: str = "", arguments: str = "") -> JsonObject:
    try:
        parsed: Any = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError):
        parsed = arguments
    return {"type": "tool_call", "id": call_id, "name": name, "arguments": parsed}


_REQUEST_ATTRIBUTES = {
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "seed": "gen_ai.request.seed",
}


class CallSpan:
    """A span `chat {model}` under the current one, from its making to `end()`."""

    __slots__ = ("_shared", "_span", "_started", "_telemetry")

    def __init__(
        self,
        telemetry: Telemetry,
        provider: Provider,
        api: Api,
        config: CompletionConfig,
        request: ModelRequest,
        pool: ConnectionPool,
        node: str | None,
    ) -> None:
        self._telemetry = telemetry
        self._shared: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider.name,
            "gen_ai.request.model": request.model,
            "server.address": pool.address.host,
            "server.port": pool.address.port,
        }
        attributes = {**self._shared, **_request_attributes(config, request, api)}
        if node is not None:
            attributes["app.workflow.node"] = node
        if telemetry.captures_content:
            attributes["gen_ai.input.messages"] = encode(input_messages(request.messages)).decode()
            definitions = tool_definitions(config)
            if definitions:
                attributes["gen_ai.tool.definitions"] = encode(definitions).decode()
        self._span = telemetry.start(f"chat {request.model}", attributes)
        request.headers += telemetry.traceparent(self._span)
        self._started = time.perf_counter()

    def end(self, outcome: str, answer: ModelAnswer, usage: Usage | None, first_token_ms: float | None) -> None:
        """Ends the span and counts the call; `outcome` is "ok" or the code of the error."""
        seconds = time.perf_counter() - self._started
        shared = {**self._shared, "gen_ai.response.model": answer.model}
        self._span.set_attributes({**shared, **_answer_attributes(answer, usage, first_token_ms)})
        traced = self._telemetry
        if traced.captures_content and answer.has_content:
            self._span.set_attribute("gen_ai.output.messages", encode(output_messages(answer)).decode())
        failed: dict[str, Any] = {}
        if outcome != "ok":
            failed["error.type"] = outcome
            traced.fail(self._span, outcome)
        self._span.end()
        traced.duration.record(seconds, {**shared, **failed})
        if first_token_ms is not None:
            traced.time_to_first_chunk.record(first_token_ms / 1000, shared)
        # The conventions want counts that the provider has reported, or none.
        if usage is not None and not usage.get("estimated"):
            traced.tokens.record(usage["prompt_tokens"], {**shared, "gen_ai.token.type": "input"})
            traced.tokens.record(usage["completion_tokens"], {**shared, "gen_ai.token.type": "output"})


def _request_attributes(config: CompletionConfig, request: ModelRequest, api: Api) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.request.stream": request.stream,
        "openai.api.type": "chat_completions" if api.name == "chat" else api.name,
    }
    for name, attribute in _REQUEST_ATTRIBUTES.items():
        if config.get(name) is not None:
            attributes[attribute] = config[name]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    stop = config.get("stop")
    if stop:
        attributes["gen_ai.request.stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
    if config.get("response_format") is not None:
        attributes["gen_ai.output.type"] = "text" if response_format_of(config) is None else "json"
    tier = config.get("service_tier")
    if tier is not None and tier != "auto":
        attributes["openai.request.service_tier"] = tier
    return attributes


def _answer_attributes(answer: ModelAnswer, usage: Usage | None, first_token_ms: float | None) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if answer.id:
        attributes["gen_ai.response.id"] = answer.id
    if answer.finish_reason is not None:
        attributes["gen_ai.response.finish_reasons"] = [answer.finish_reason]
    if answer.service_tier is not None:
        attributes["openai.response.service_tier"] = answer.service_tier
    if answer.fingerprint is not None:
        attributes["openai.response.system_fingerprint"] = answer.fingerprint
    if first_token_ms is not None:
        attributes["gen_ai.response.time_to_first_chunk"] = first_token_ms / 1000
    if usage is not None:
        attributes["gen_ai.usage.input_tokens"] = usage["prompt_tokens"]
        attributes["gen_ai.usage.output_tokens"] = usage["completion_tokens"]
        attributes["gen_ai.usage.cache_read.input_tokens"] = usage["cached_tokens"]
        attributes["gen_ai.usage.reasoning.output_tokens"] = usage["reasoning_tokens"]
    return attributes


def _model_call(
    provider: Provider,
    api: Api,
    config: CompletionConfig,
    request: ModelRequest,
    pool: ConnectionPool,
    node: str | None,
) -> EndCall | None:
    traced = telemetry()
    return None if traced is None else CallSpan(traced, provider, api, config, request, pool, node).end


def _agent(node: str, provider: str, model: str) -> AbstractContextManager[None]:
    """The span `invoke_agent {node}` as a block, under which all rounds of a model and its functions are.

    https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/
    """
    traced = telemetry()
    if traced is None:
        return nullcontext()
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": node,
        "app.workflow.node": node,
    }
    # Of a router nobody knows before who answers.
    attributes.update({"gen_ai.provider.name": provider, "gen_ai.request.model": model} if model else {})
    return traced.current(f"invoke_agent {node}", attributes)


@contextmanager
def _tool_call(
    name: str, *, call_id: str, description: str, arguments: str
) -> Generator[Callable[[str, bytes], None] | None]:
    """The span `execute_tool {name}` as a block, current while the function runs."""
    traced = telemetry()
    if traced is None:
        yield None
        return
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": name,
        "gen_ai.tool.call.id": call_id,
        "gen_ai.tool.type": "function",
    }
    if description:
        attributes["gen_ai.tool.description"] = description
    if traced.captures_content:
        attributes["gen_ai.tool.call.arguments"] = arguments
    with traced.current(f"execute_tool {name}", attributes) as span:

        def note(outcome: str, result: bytes) -> None:
            if outcome != "ok":
                traced.fail(span, outcome)
            elif traced.captures_content:
                span.set_attribute("gen_ai.tool.call.result", result.decode())

        yield note


_ROUTE_ATTRIBUTES = {
    "provider": "gen_ai.provider.name",
    "model": "gen_ai.request.model",
    "reason": "app.route.reason",
}


def _route(node: str | None) -> AbstractContextManager[Callable[[Mapping[str, Any]], None] | None]:
    """The span `route {node}` as a block, under which the calls of all models are that are asked."""
    traced = telemetry()
    return nullcontext() if traced is None else _traced_route(traced, node)


@contextmanager
def _traced_route(traced: Telemetry, node: str | None) -> Generator[Callable[[Mapping[str, Any]], None]]:
    attributes: dict[str, Any] = {} if node is None else {"app.workflow.node": node}
    with traced.current(f"route {node}" if node else "route", attributes) as span:

        def note(route: Mapping[str, Any]) -> None:
            span.set_attribute("app.route.attempts", len(route["attempts"]))
            for name, attribute in _ROUTE_ATTRIBUTES.items():
                if name in route:
                    span.set_attribute(attribute, route[name])

        yield note


TRACING = Tracing(_model_call, _tool_call, _agent, _route)
