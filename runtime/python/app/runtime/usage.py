"""Tokens used: by one model call, and summed over a run."""

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


class UsageMeter:
    """Sums the usage of a run's model calls."""

    __slots__ = ("cached_tokens", "calls", "completion_tokens", "estimated", "prompt_tokens", "reasoning_tokens")

    def __init__(self) -> None:
        self.calls = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.cached_tokens = 0
        self.reasoning_tokens = 0
        self.estimated = False

    def add(self, usage: Usage) -> None:
        """Counts one model call."""
        self.calls += 1
        self.prompt_tokens += usage["prompt_tokens"]
        self.completion_tokens += usage["completion_tokens"]
        self.cached_tokens += usage["cached_tokens"]
        self.reasoning_tokens += usage["reasoning_tokens"]
        self.estimated = self.estimated or usage.get("estimated", False)

    def total(self) -> Usage:
        """The sums so far."""
        total: Usage = {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "cached_tokens": self.cached_tokens,
            "reasoning_tokens": self.reasoning_tokens,
        }
        if self.estimated:
            total["estimated"] = True
        return total


def estimate_tokens(characters: int) -> int:
    """A rough count for text that nobody counted: OpenAI's rule of thumb is four characters of English per token."""
    return (characters + 3) // 4
