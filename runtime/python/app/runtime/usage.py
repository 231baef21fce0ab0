"""Tokens and money used: by one model call, and summed over a run."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict


class Usage(TypedDict):
    """Token counts of a model call or of a run.

    `cached_tokens` is the part of `prompt_tokens` that came from the prompt cache, `reasoning_tokens` the part of
    `completion_tokens` that was spent on reasoning. `estimated` is there and true when a stream ended before the
    provider had reported its counts.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    estimated: NotRequired[bool]


class PricedUsage(Usage):
    """Usage with what it costs in US dollars; None when a price is not known."""

    cost_usd: float | None


@dataclass(slots=True, eq=False)
class UsageMeter:
    """Sums the usage of a run's model calls, and passes it on to the meter of the run `within` which it is one step."""

    within: "UsageMeter | None" = None
    cost_usd: float | None = 0.0
    """US dollars; None as soon as the price of one call is not known."""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    def check_budget(self) -> None:
        """To be called before each model call; raises BudgetExceeded where a run has used up its budget."""
        if self.within is not None:
            self.within.check_budget()

    def add(self, usage: Usage, cost_usd: float | None) -> None:
        """Counts one model call."""
        if self.cost_usd is not None:
            self.cost_usd = None if cost_usd is None else round(self.cost_usd + cost_usd, 10)
        self.calls += 1
        self.prompt_tokens += usage["prompt_tokens"]
        self.completion_tokens += usage["completion_tokens"]
        self.cached_tokens += usage["cached_tokens"]
        self.reasoning_tokens += usage["reasoning_tokens"]
        self.estimated = self.estimated or usage.get("estimated", False)
        if self.within is not None:
            self.within.add(usage, cost_usd)

    def total(self) -> PricedUsage:
        """The sums so far."""
        total: PricedUsage = {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "cached_tokens": self.cached_tokens,
            "reasoning_tokens": self.reasoning_tokens,
            "cost_usd": self.cost_usd,
        }
        return {**total, "estimated": True} if self.estimated else total


def estimate_tokens(characters: int) -> int:
    """A rough count for text that nobody counted: OpenAI's rule of thumb is four characters of English per token."""
    return (characters + 3) // 4
