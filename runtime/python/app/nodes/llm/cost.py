"""What a model call costs, by the catalog's prices."""

from app.nodes.llm.catalog import facts_of
from app.runtime.usage import Usage

# The other tiers have prices of their own, which the catalog does not hold.
_STANDARD_TIERS = (None, "auto", "default")


def cost_of(usage: Usage, *, answered_by: str, asked: str, service_tier: str | None = None) -> float | None:
    """US dollars for a call; None when the price is not known.

    Priced by the model that answered, which says more than a deployment's or an alias's name, else by the one that was
    asked. `service_tier` is the one of the answer, where the provider names it. Cached prompt tokens have their own
    price where the model has one.
    """
    facts = facts_of(answered_by) or facts_of(asked)
    if facts is None or service_tier not in _STANDARD_TIERS:
        return None
    prompt_tokens = usage["prompt_tokens"]
    long = facts.long_context
    prices = long if long is not None and prompt_tokens > long.above else facts
    if prices.input_price is None or prices.output_price is None:
        return None
    cached_tokens = usage["cached_tokens"]
    cached_price = prices.input_price if prices.cached_price is None else prices.cached_price
    millionths = (
        (prompt_tokens - cached_tokens) * prices.input_price
        + cached_tokens * cached_price
        + usage["completion_tokens"] * prices.output_price
    )
    return round(millionths / 1e6, 10)
