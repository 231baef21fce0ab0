"""OpenTelemetry spans and metrics of model calls, where the operator has installed and configured its SDK.

Names are those of the GenAI conventions: https://opentelemetry.io/docs/specs/semconv/gen-ai/. Without the package
`opentelemetry-sdk` nothing of OpenTelemetry is imported here. Prompts and answers are recorded only when
OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is true.
"""

import importlib
import importlib.util
import os
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from app.runtime.json import encode
from app.runtime.usage import Usage

_REQUEST_ATTRIBUTES = {
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "seed": "gen_ai.request.seed",
}


class Telemetry:
    """Makes the spans and holds the metrics of one process."""

    __slots__ = ("_duration", "_kind", "_status", "_tokens", "_tracer", "captures_content")

    def __init__(self) -> None:
        trace: Any = importlib.import_module("opentelemetry.trace")
        metrics: Any = importlib.import_module("opentelemetry.metrics")
        self._kind = trace.SpanKind.CLIENT
        self._status = trace.StatusCode.ERROR
        self._tracer = trace.get_tracer("app.nodes.llm")
        meter = metrics.get_meter("app.nodes.llm")
        self._duration = meter.create_histogram("gen_ai.client.operation.duration", unit="s")
        self._tokens = meter.create_histogram("gen_ai.client.token.usage", unit="{token}")
        wish = os.environ.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "")
        self.captures_content = wish.strip().lower() == "true"

    def begin(self, config: Mapping[str, Any], *, node: str | None, stream: bool) -> "ChatSpan":
        """A span `chat {model}` under the current one, to be ended with `ChatSpan.end()`."""
        model: str = config["model"]
        attributes: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": model,
            "gen_ai.request.stream": stream,
        }
        for name, attribute in _REQUEST_ATTRIBUTES.items():
            if config.get(name) is not None:
                attributes[attribute] = config[name]
        stop: str | Sequence[str] | None = config.get("stop")
        if stop:
            attributes["gen_ai.request.stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
        if node is not None:
            attributes["app.workflow.node"] = node
        if self.captures_content:
            attributes["gen_ai.input.messages"] = encode([_message(one) for one in config.get("messages", ())]).decode()
        span = self._tracer.start_span(f"chat {model}", kind=self._kind, attributes=attributes)
        return ChatSpan(self, span, model)

    def record(self, attributes: dict[str, Any], seconds: float, usage: Usage | None) -> None:
        """Counts a call in the metrics."""
        self._duration.record(seconds, attributes)
        # A failed call's error is no dimension of its tokens.
        counted = {name: value for name, value in attributes.items() if name != "error.type"}
        if usage is not None:
            self._tokens.record(usage["prompt_tokens"], {**counted, "gen_ai.token.type": "input"})
            self._tokens.record(usage["completion_tokens"], {**counted, "gen_ai.token.type": "output"})

    @property
    def error_status(self) -> Any:
        """The status of a span that failed."""
        return self._status


class ChatSpan:
    """The span of one model call."""

    __slots__ = ("_model", "_span", "_started", "_telemetry")

    def __init__(self, telemetry: Telemetry, span: Any, model: str) -> None:
        self._telemetry = telemetry
        self._span = span
        self._model = model
        self._started = time.perf_counter()

    def end(
        self,
        *,
        outcome: str,
        model: str,
        response_id: str,
        finish_reason: str | None,
        usage: Usage | None,
        first_token_ms: float | None,
        content: str,
    ) -> None:
        """Ends the span; `outcome` is "ok" or the code of the error."""
        seconds = time.perf_counter() - self._started
        shared: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": self._model,
            "gen_ai.response.model": model,
        }
        own: dict[str, Any] = {}
        if response_id:
            own["gen_ai.response.id"] = response_id
        if finish_reason is not None:
            own["gen_ai.response.finish_reasons"] = [finish_reason]
        if first_token_ms is not None:
            own["gen_ai.response.time_to_first_chunk"] = first_token_ms / 1000
        if usage is not None:
            own["gen_ai.usage.input_tokens"] = usage["prompt_tokens"]
            own["gen_ai.usage.output_tokens"] = usage["completion_tokens"]
            own["gen_ai.usage.cache_read.input_tokens"] = usage["cached_tokens"]
            own["gen_ai.usage.reasoning.output_tokens"] = usage["reasoning_tokens"]
        if self._telemetry.captures_content and content:
            message = {"role": "assistant", "parts": [{"type": "text", "content": content}]}
            own["gen_ai.output.messages"] = encode([{**message, "finish_reason": finish_reason}]).decode()
        if outcome != "ok":
            shared["error.type"] = outcome
            self._span.set_status(self._telemetry.error_status, outcome)
        self._span.set_attributes({**shared, **own})
        self._span.end()
        self._telemetry.record(shared, seconds, usage)


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as the conventions have it."""
    content: Any = message.get("content")
    parts: Any = [{"type": "text", "content": content}] if isinstance(content, str) else content or []
    return {"role": message.get("role"), "parts": parts}


@cache
def telemetry() -> Telemetry | None:
    """The process's telemetry; None when the SDK is not installed."""
    try:
        installed = importlib.util.find_spec("opentelemetry.sdk") is not None
    except ModuleNotFoundError:
        return None
    return Telemetry() if installed else None
