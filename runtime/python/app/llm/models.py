"""What models take and cost, for those that the project's workflows name."""

from typing import NamedTuple

from app.runtime.usage import Usage

# The other tiers have prices of their own, which the catalog does not hold. `on_demand` is Groq's word.
_STANDARD_TIERS = (None, "auto", "default", "on_demand", "standard", "standard_only")
# Half the price at OpenAI and at Anthropic: https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing
_BATCH_TIER = "batch"


class LongContext(NamedTuple):
    """Prices of a whole call whose prompt has more than `above` tokens, in USD per million tokens."""

    above: int
    input_price: float
    cached_price: float | None
    output_price: float
    write_price: float | None = None
    hour_write_price: float | None = None


class ModelFacts(NamedTuple):
    """One model. Limits are in tokens, prices in USD per million tokens, None when they are not known.

    Tokens that are read from or written to the cache, for minutes or for an hour, cost as much as others where their
    price is None; from `cache_minimum` tokens on a beginning is cached that is asked to be. Without
    `tools_with_reasoning`, Chat Completions refuses tools unless the effort is "none"; `default_effort` is that of a
    call that names none, None for a model that does not reason. `retired` is the last day, past or to come, as an ISO
    date. `thinking_off` is what the API calls that, `thinks_unasked` says that the model thinks unless it is told so.
    Without `late_instructions` a model takes them before the conversation only.
    """

    input_price: float | None
    cached_price: float | None
    output_price: float | None
    context_window: int
    vision: bool = True
    tools_with_reasoning: bool = True
    responses_only: bool = False
    default_effort: str | None = None
    long_context: LongContext | None = None
    retired: str | None = None
    replacement: str | None = None
    write_price: float | None = None
    hour_write_price: float | None = None
    max_output: int | None = None
    thinking_off: str | None = None
    thinks_unasked: bool = False
    cache_minimum: int | None = None
    late_instructions: bool = True
    dimensions: int | None = None

    def cost_of(self, usage: Usage, service_tier: str | None = None) -> float | None:
        """US dollars for a call; None when the price is not known. `service_tier` is the one it was processed in."""
        prompt_tokens, cached_tokens = usage["prompt_tokens"], usage["cached_tokens"]
        prices = self.long_context if self.long_context and prompt_tokens > self.long_context.above else self
        if service_tier == _BATCH_TIER:
            whole = self.cost_of(usage)
            return None if whole is None else round(whole / 2, 10)
        if service_tier not in _STANDARD_TIERS or prices.input_price is None or prices.output_price is None:
            return None
        cached_price = prices.input_price if prices.cached_price is None else prices.cached_price
        written, for_an_hour = usage.get("cache_write_tokens", 0), usage.get("cache_write_1h_tokens", 0)
        write_price = prices.input_price if prices.write_price is None else prices.write_price
        hour_price = write_price if prices.hour_write_price is None else prices.hour_write_price
        millionths = (
            (prompt_tokens - cached_tokens - written) * prices.input_price
            + cached_tokens * cached_price
            + (written - for_an_hour) * write_price
            + for_an_hour * hour_price
            + usage["completion_tokens"] * prices.output_price
        )
        return round(millionths / 1e6, 10)
