"""OpenTelemetry spans and metrics, where the operator has installed and configured its SDK.

Names are those of the GenAI conventions: https://opentelemetry.io/docs/specs/semconv/gen-ai/. Without the package
`opentelemetry-sdk` nothing of OpenTelemetry is imported here. What was asked, said and passed to functions is recorded
only when OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT is true.
"""

import importlib
import importlib.util
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from app.runtime.errors import outcome_of

# The boundaries are those of the conventions.
_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_FIRST_SECONDS = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_TOKENS = tuple(4**power for power in range(14))


class Telemetry:
    """Makes the spans and holds the metrics of one process."""

    __slots__ = ("_error", "_kinds", "_tracer", "captures_content", "duration", "time_to_first_chunk", "tokens")

    def __init__(self) -> None:
        trace: Any = importlib.import_module("opentelemetry.trace")
        metrics: Any = importlib.import_module("opentelemetry.metrics")
        self._kinds = trace.SpanKind
        self._error = trace.StatusCode.ERROR
        self._tracer = trace.get_tracer("app.nodes.llm")
        meter = metrics.get_meter("app.nodes.llm")
        self.duration = meter.create_histogram(
            "gen_ai.client.operation.duration", unit="s", explicit_bucket_boundaries_advisory=_SECONDS
        )
        self.time_to_first_chunk = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk", unit="s", explicit_bucket_boundaries_advisory=_FIRST_SECONDS
        )
        self.tokens = meter.create_histogram(
            "gen_ai.client.token.usage", unit="{token}", explicit_bucket_boundaries_advisory=_TOKENS
        )
        wish = os.environ.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "")
        self.captures_content = wish.strip().lower() == "true"

    def start(self, name: str, attributes: dict[str, Any]) -> Any:
        """A span of a call to another service, under the current one; whoever starts it ends it."""
        return self._tracer.start_span(name, kind=self._kinds.CLIENT, attributes=attributes)

    @staticmethod
    def traceparent(span: Any) -> bytes:
        """The header by which who is asked goes on with a trace: https://www.w3.org/TR/trace-context/#traceparent-header"""
        context = span.get_span_context()
        return b"traceparent: 00-%032x-%016x-%02x\r\n" % (context.trace_id, context.span_id, context.trace_flags)

    @contextmanager
    def current(self, name: str, attributes: dict[str, Any]) -> Generator[Any]:
        """A span of work inside this process, as long as the block; spans that begin in the block are its children."""
        kind = self._kinds.INTERNAL
        with self._tracer.start_as_current_span(
            name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                self.fail(span, outcome_of(error))
                raise

    def fail(self, span: Any, error_type: str) -> None:
        """Marks a span as failed."""
        span.set_attribute("error.type", error_type)
        span.set_status(self._error, error_type)


class ContinuedTraces:
    """An ASGI application around another, whose spans go on with the trace of who asks; FastAPI's own span of the
    request, where there is one, has done so before.

    https://www.w3.org/TR/trace-context/
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in."""
        told = [(name.decode(), value.decode("latin-1")) for name, value in scope.get("headers", ()) if name in _TRACE]
        # Of two parents, none is the parent; a state without one says nothing.
        goes_on = telemetry() is not None and sum(name == "traceparent" for name, _ in told) == 1
        if not goes_on or importlib.import_module("opentelemetry.trace").get_current_span().get_span_context().is_valid:
            await self._app(scope, receive, send)
            return
        context: Any = importlib.import_module("opentelemetry.context")
        tracecontext: Any = importlib.import_module("opentelemetry.trace.propagation.tracecontext")
        token = context.attach(tracecontext.TraceContextTextMapPropagator().extract(dict(told)))
        try:
            await self._app(scope, receive, send)
        finally:
            context.detach(token)


_TRACE = (b"traceparent", b"tracestate")


@cache
def telemetry() -> Telemetry | None:
    """The process's telemetry; None when the SDK is not installed."""
    try:
        installed = importlib.util.find_spec("opentelemetry.sdk") is not None
    except ModuleNotFoundError:
        return None
    return Telemetry() if installed else None
