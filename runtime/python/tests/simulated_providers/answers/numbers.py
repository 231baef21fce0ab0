"""A number inside the bounds that a JSON Schema sets."""

import math
from typing import Any

from tests.simulated_providers.json_values import JsonObject, is_number


def fitting(schema: JsonObject, wanted: float, *, integer: bool) -> int | float:
    """The number closest to `wanted` that fits `minimum`, `maximum`, their exclusive forms and `multipleOf`.

    When no number fits, one that fits most of them.
    """
    step: Any = schema.get("multipleOf") or (1 if integer else None)
    low, high = _bounds(schema, step)
    value = max(low, min(high, wanted))
    if not step:
        return value
    value = math.floor(value / step) * step
    value = value if value >= low else value + step
    return round(value) if integer else value


def _bounds(schema: JsonObject, step: float | None) -> tuple[float, float]:
    low, high = _number(schema, "minimum", -math.inf), _number(schema, "maximum", math.inf)
    above, below = _number(schema, "exclusiveMinimum", -math.inf), _number(schema, "exclusiveMaximum", math.inf)
    room = min(high, below) - max(low, above)
    nudge = step or (0.5 if math.isinf(room) else min(0.5, room / 4))
    # Next to an exclusive bound lies its next multiple, which for an even bound is a whole step away.
    over = math.floor(above / step) * step + step if step and math.isfinite(above) else above + nudge
    under = math.ceil(below / step) * step - step if step and math.isfinite(below) else below - nudge
    return max(low, over), min(high, under)


def _number(schema: JsonObject, keyword: str, otherwise: float) -> float:
    value: Any = schema.get(keyword)
    return value if is_number(value) else otherwise
