"""The span of a model call, and what the metrics count of it, by OpenTelemetry's conventions.

https://opentelemetry.io/docs/specs/semconv/gen-ai/openai/
"""

import time
from typing import Any
from urllib.parse import urlsplit

from app.nodes.llm.model_answer import ModelAnswer
from app.nodes.llm.model_request import ModelRequest
from app.nodes.llm.openai_types import OpenAIConfig
from app.nodes.llm.recorded_content import input_messages, output_messages, tool_definitions
from app.nodes.llm.request_parts import response_format_of
from app.runtime.json import encode
from app.runtime.telemetry import Telemetry
from app.runtime.usage import Usage

_OPENAI = "https://api.openai.com/v1"
_REQUEST_ATTRIBUTES = {
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "seed": "gen_ai.request.seed",
}


class ChatSpan:
    """A span `chat {model}` under the current one, from its making to `end()`."""

    __slots__ = ("_shared", "_span", "_started", "_telemetry")

    def __init__(
        self,
        telemetry: Telemetry,
        config: OpenAIConfig,
        request: ModelRequest,
        *,
        node: str | None,
        base_url: str | None,
    ) -> None:
        server = urlsplit(base_url or _OPENAI)
        self._telemetry = telemetry
        self._shared: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": request.model,
            "server.address": server.hostname or "",
            "server.port": server.port or (80 if server.scheme == "http" else 443),
        }
        attributes = {**self._shared, **_request_attributes(config, request)}
        if node is not None:
            attributes["app.workflow.node"] = node
        if telemetry.captures_content:
            attributes["gen_ai.input.messages"] = encode(input_messages(request.messages)).decode()
            definitions = tool_definitions(config)
            if definitions:
                attributes["gen_ai.tool.definitions"] = encode(definitions).decode()
        self._span = telemetry.start(f"chat {request.model}", attributes)
        self._started = time.perf_counter()

    def end(self, *, outcome: str, answer: ModelAnswer, usage: Usage | None, first_token_ms: float | None) -> None:
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


def _request_attributes(config: OpenAIConfig, request: ModelRequest) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.request.stream": request.stream,
        "openai.api.type": "responses" if request.api == "responses" else "chat_completions",
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
