"""What OpenTelemetry's SDK is told in a test."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.runtime.telemetry import telemetry

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
