"""What the rows of a batch have come to so far."""

from collections import Counter
from typing import Any

import msgspec

_COUNTED = ("prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens")


class _Problem(msgspec.Struct):
    code: str


class Result(msgspec.Struct):
    """What is counted of a line of results."""

    row: int
    usage: dict[str, Any]
    cost_usd: float | None
    problem: _Problem | None = None


read_result = msgspec.json.Decoder(Result).decode


class Totals:
    """Counts rows, failures by their code, tokens and US dollars; the cost is None once a price is not known."""

    def __init__(self) -> None:
        self.rows = 0
        self.failed: Counter[str] = Counter()
        self.usage: dict[str, int] = dict.fromkeys(_COUNTED, 0)
        self.cost_usd: float | None = 0.0
        self.dearest_row_usd = 0.0

    def add(self, result: Result) -> None:
        """Counts a row."""
        self.rows += 1
        if result.problem is not None:
            self.failed[result.problem.code] += 1
        for name in _COUNTED:
            self.usage[name] += result.usage.get(name, 0)
        if result.cost_usd is None or self.cost_usd is None:
            self.cost_usd = None
        else:
            self.cost_usd = round(self.cost_usd + result.cost_usd, 10)
            self.dearest_row_usd = max(self.dearest_row_usd, result.cost_usd)

    def spend(self, usd: float) -> None:
        """Counts what was spent on nothing that is kept."""
        if self.cost_usd is not None:
            self.cost_usd = round(self.cost_usd + usd, 10)

    def summary(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "rows": self.rows,
            "failed": sum(self.failed.values()),
            "failed_by_code": dict(self.failed.most_common()),
            "usage": self.usage,
            "cost_usd": self.cost_usd,
        }
