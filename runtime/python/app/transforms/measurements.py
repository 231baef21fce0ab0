"""Measurements of a workflow, recorded with OpenTelemetry where the operator has installed its SDK."""

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from app.runtime.errors import ExpressionError
from app.runtime.expressions import as_text, is_number, kind_of
from app.runtime.telemetry import telemetry

Kind = Literal["counter", "histogram", "gauge"]


@dataclass(frozen=True, slots=True)
class Metric:
    """An instrument: a counter adds up, a histogram tells how values are spread, a gauge holds the last one.

    https://opentelemetry.io/docs/specs/otel/metrics/api/
    """

    name: str
    kind: Kind = "counter"
    unit: str = ""

    def record(self, value: Any = 1, attributes: Mapping[str, Any] | None = None) -> None:
        """Records a number; attributes that are no text, number or boolean are written as JSON.

        Raises:
            ExpressionError: the value is no finite number, or a negative one that a counter cannot take.
        """
        if not is_number(value) or not math.isfinite(value):
            raise ExpressionError(f"The metric {self.name} takes a finite number, not {kind_of(value)}.")
        if self.kind == "counter" and value < 0:
            raise ExpressionError(f"The counter {self.name} only goes up; a gauge takes what goes down.")
        if telemetry() is not None:
            told = {key: _told(each) for key, each in (attributes or {}).items() if each is not None}
            _recorder(self.name, self.kind, self.unit)(value, told)


def _told(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else as_text(value)


@cache
def _recorder(name: str, kind: Kind, unit: str) -> Callable[[float, dict[str, Any]], None]:
    meter: Any = importlib.import_module("opentelemetry.metrics").get_meter("app.workflows")
    match kind:
        case "counter":
            return meter.create_counter(name, unit=unit).add
        case "histogram":
            return meter.create_histogram(name, unit=unit).record
        case "gauge":
            return meter.create_gauge(name, unit=unit).set
