"""Spans and metrics of model calls with OpenTelemetry's SDK, and none of it without."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import open_context
from app.runtime.errors import ServiceError
from app.runtime.telemetry import telemetry
from tests.test_tools import saying
from tests.upstream import CONFIG, answer, problem, settings_for, upstream

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


class Recorded:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()

    @property
    def span(self) -> Any:
        return self.exporter.get_finished_spans()[-1]

    def metrics(self) -> dict[str, Any]:
        found: Any = self.reader.get_metrics_data()
        scope = found.resource_metrics[0].scope_metrics[0]
        return {metric.name: list(metric.data.data_points) for metric in scope.metrics}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    recorded = Recorded()
    spans = TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(recorded.exporter))
    meters = MeterProvider(metric_readers=[recorded.reader])
    monkeypatch.setattr(trace, "get_tracer", spans.get_tracer)
    monkeypatch.setattr(metrics, "get_meter", meters.get_meter)
    monkeypatch.delenv(CAPTURE, raising=False)
    telemetry.cache_clear()
    yield recorded
    telemetry.cache_clear()
    spans.shutdown()
    meters.shutdown()


async def ask(script: Any, **config: Any) -> None:
    asked: OpenAIConfig = {**CONFIG, **config}  # pyright: ignore[reportAssignmentType]
    async with upstream(script) as server, open_context(settings=settings_for(server.url, max_retries=0)) as ctx:
        await complete(ctx, asked, node="answer")


async def test_a_span_and_its_metrics(recorded: Recorded) -> None:
    await ask(saying(stream=False), temperature=0.5, stop="END", max_tokens=20)
    assert recorded.span.name == "chat gpt-5.4-mini"
    assert recorded.span.kind is trace.SpanKind.CLIENT
    assert dict(recorded.span.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5.4-mini",
        "gen_ai.request.stream": False,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 20,
        "gen_ai.request.stop_sequences": ("END",),
        "gen_ai.response.model": "gpt-x",
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.reasoning.output_tokens": 1,
        "app.workflow.node": "answer",
    }
    points = recorded.metrics()
    assert {point.attributes["gen_ai.token.type"]: point.sum for point in points["gen_ai.client.token.usage"]} == {
        "input": 9,
        "output": 2,
    }
    assert points["gen_ai.client.operation.duration"][0].count == 1


async def test_a_failed_call(recorded: Recorded) -> None:
    with pytest.raises(ServiceError):
        await ask(answer("401 Unauthorized", problem("invalid_api_key")))
    assert recorded.span.attributes["error.type"] == "invalid_api_key"
    assert recorded.span.status.status_code is trace.StatusCode.ERROR


@pytest.mark.parametrize("wish", ["true", "false"])
async def test_content_is_recorded_only_when_asked_for(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    monkeypatch.setenv(CAPTURE, wish)
    await ask(saying(stream=False))
    shown = str(dict(recorded.span.attributes))
    assert ("Say hello." in shown) == ("Hello" in shown) == (wish == "true")


WITHOUT = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("opentelemetry.sdk"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from app.runtime.telemetry import telemetry
before = set(sys.modules)
assert telemetry() is None
assert not [name for name in set(sys.modules) - before if name.startswith("opentelemetry.sdk")]
"""


def test_without_the_packages_there_is_nothing() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], check=True, timeout=60)
