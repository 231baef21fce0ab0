"""What several requests use that together give one answer."""

from typing import Any, cast

from app.llm.types import Completion
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


def together(before: Completion, last: Completion) -> Completion:
    """The last part of an answer that came in two as the whole, with what both have used."""
    first_token_ms, total_ms = before["timing"]["first_token_ms"], before["timing"]["total_ms"]
    own = last["timing"]["first_token_ms"]
    if first_token_ms is None and own is not None:
        first_token_ms = round(total_ms + own, 3)
    return {
        **last,
        "usage": sum_of(before["usage"], last["usage"]),
        "cost_usd": sum_of_costs(before["cost_usd"], last["cost_usd"]),
        "timing": {"first_token_ms": first_token_ms, "total_ms": round(total_ms + last["timing"]["total_ms"], 3)},
    }
