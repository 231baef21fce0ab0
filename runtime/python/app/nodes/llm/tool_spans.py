"""Spans of a model that calls functions: one for all of it, and one for each call, by OpenTelemetry's conventions.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from app.runtime.telemetry import Telemetry, telemetry


class ToolSpan:
    """A span `execute_tool {name}`, current while the function runs."""

    __slots__ = ("_span", "_telemetry")

    def __init__(self, telemetry: Telemetry, span: Any) -> None:
        self._telemetry = telemetry
        self._span = span

    def note(self, outcome: str, result: bytes) -> None:
        """What came of it: "ok" with the result as JSON, or what kind of error the model is told."""
        if outcome != "ok":
            self._telemetry.fail(self._span, outcome)
        elif self._telemetry.captures_content:
            self._span.set_attribute("gen_ai.tool.call.result", result.decode())


def executing_tool(
    name: str, *, call_id: str, description: str, arguments: str
) -> AbstractContextManager[ToolSpan | None]:
    """The span of one call as a block; None without telemetry."""
    traced = telemetry()
    if traced is None:
        return nullcontext()
    return _tool_span(traced, name, call_id=call_id, description=description, arguments=arguments)


def invoking_agent(node: str, model: str) -> AbstractContextManager[None]:
    """The span `invoke_agent {node}` as a block, under which all rounds of a model and its functions are."""
    traced = telemetry()
    if traced is None:
        return nullcontext()
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.provider.name": "openai",
        "gen_ai.agent.name": node,
        "gen_ai.request.model": model,
        "app.workflow.node": node,
    }
    return traced.current(f"invoke_agent {node}", attributes)


@contextmanager
def _tool_span(traced: Telemetry, name: str, *, call_id: str, description: str, arguments: str) -> Generator[ToolSpan]:
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
        yield ToolSpan(traced, span)
