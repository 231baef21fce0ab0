"""Tokens and money used: by one model call, and summed over a run."""

from typing import NotRequired, TypedDict


class Usage(TypedDict):
    """Token counts of a model call or of a run.

    `cached_tokens` is the part of `prompt_tokens` that came from the prompt cache, `reasoning_tokens` the part of
    `completion_tokens` that was spent on reasoning. `cache_write_tokens` is the part of `prompt_tokens` that was
    written to the prompt cache, and `cache_write_1h_tokens` the part of those that stays there for an hour; they are
    there where that has a price. `estimated` is there and true when a stream ended before the provider had reported its
    counts.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    cache_write_tokens: NotRequired[int]
    cache_write_1h_tokens: NotRequired[int]
    estimated: NotRequired[bool]


class PricedUsage(Usage):
    """Usage with what it costs in US dollars; None when a price is not known."""

    cost_usd: float | None


class UsageMeter:
    """Sums the usage of a run's model calls, and passes it on to the meter of the run `within` which it is one step."""

    def __init__(self, within: "UsageMeter | None" = None) -> None:
        self._within = within
        self._total: PricedUsage = {
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "total_tokens": 0,
            "cached_tokens": 0,
            "reasoning_tokens": 0,
            "cost_usd": 0.0,
        }
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
