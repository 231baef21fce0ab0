"""Tokens and money used: by one model call, and summed over a run."""

from typing import NotRequired, TypedDict


class Usage(TypedDict):
    """Token counts of a model call or of a run.

    `prompt_tokens` include those that came from the prompt cache, and where that has a price those that were written to
    it, some of which for an hour; `completion_tokens` include those spent on reasoning. `estimated` is there and true
    where the provider had not reported its counts.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cache_write_tokens: NotRequired[int]
    cache_write_1h_tokens: NotRequired[int]
    estimated: NotRequired[bool]


def usage_of(
    prompt: int = 0,
    completion: int = 0,
    *,
    total: int | None = None,
    cached: int | None = None,
    written: int | None = None,
    reasoning: int | None = None,
) -> Usage:
    """Counts as somebody tells them, of which some may be missing."""
    usage: Usage = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total or prompt + completion,
        "cached_tokens": cached or 0,
        "reasoning_tokens": reasoning or 0,
    }
    if written:
        usage["cache_write_tokens"] = written
    return usage


class PricedUsage(Usage):
    """Usage with what it costs in US dollars; None when a price is not known."""

    cost_usd: float | None


class UsageMeter:
    """Sums the usage of a run's model calls, and passes it on to the meter of the run `within` which it is one step."""

    def __init__(self, within: "UsageMeter | None" = None) -> None:
        self._within = within
        self._total: PricedUsage = {**usage_of(), "cost_usd": 0.0}
        self.calls = 0

    def check_budget(self) -> None:
        """To be called before each model call; raises BudgetExceeded where a run has used up its budget."""
        if self._within is not None:
            self._within.check_budget()

    def add(self, usage: Usage, cost_usd: float | None) -> None:
        """Counts one model call."""
        total, cost = self._total, self._total["cost_usd"]
        for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"):
            total[name] += usage[name]
        for name in ("cache_write_tokens", "cache_write_1h_tokens"):
            if written := usage.get(name):
                total[name] = total.get(name, 0) + written
        total["total_tokens"] = total["prompt_tokens"] + total["completion_tokens"]
        total["cost_usd"] = None if cost is None or cost_usd is None else round(cost + cost_usd, 10)
        if usage.get("estimated"):
            total["estimated"] = True
        self.calls += 1
        if self._within is not None:
            self._within.add(usage, cost_usd)

    def total(self) -> PricedUsage:
        """The sums so far; the cost is None as soon as the price of one call is not known."""
        return self._total.copy()


def estimate_tokens(characters: int) -> int:
    """A rough count for text that nobody counted: OpenAI's rule of thumb is four characters of English per token."""
    return (characters + 3) // 4
