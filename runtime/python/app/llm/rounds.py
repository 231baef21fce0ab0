"""What several requests use that together give one answer."""

from typing import Any, cast

from app.runtime.usage import Usage


def sum_of(before: Usage, usage: Usage) -> Usage:
    """The usage of both."""
    summed = cast("dict[str, Any]", dict(before))
    for name, count in usage.items():
        summed[name] = True if name == "estimated" else summed.get(name, 0) + count
    return cast("Usage", summed)


def sum_of_costs(before: float | None, cost_usd: float | None) -> float | None:
    """US dollars for both; None where one price is not known."""
    return None if before is None or cost_usd is None else round(before + cost_usd, 10)
