"""What a model's name says about the wire, and what a call of it costs."""

import re
from collections.abc import Mapping
from typing import Any

from app.llm.providers.openai_models import facts_of
from app.runtime.usage import Usage

_FINE_TUNED = re.compile(r"^ft:([^:]+)")
# Azure writes gpt-3.5 as gpt-35.
_REASONING = re.compile(r"^(o\d|gpt-([5-9]|[12]\d)(?!\d))")
_TAKES_FUNCTIONS = re.compile(r"^gpt-(3\.5|35|4)")

# https://platform.openai.com/docs/deprecations; the dates are also in openai/types/shared/chat_model.py of the SDK.
_REPLACEMENTS = {
    "chatgpt-4o-latest": "gpt-5.4-mini",
    "gpt-3.5-turbo": "gpt-5.4-mini",
    "gpt-3.5-turbo-0125": "gpt-5.4-mini",
    "gpt-3.5-turbo-0301": "gpt-5.4-mini",
    "gpt-3.5-turbo-0613": "gpt-5.4-mini",
    "gpt-3.5-turbo-1106": "gpt-5.4-mini",
    "gpt-3.5-turbo-16k": "gpt-5.4-mini",
    "gpt-3.5-turbo-16k-0613": "gpt-5.4-mini",
    "gpt-4": "gpt-5.4",
    "gpt-4-0125-preview": "gpt-5.4",
    "gpt-4-0314": "gpt-5.4",
    "gpt-4-0613": "gpt-5.4",
    "gpt-4-1106-preview": "gpt-5.4",
    "gpt-4-32k": "gpt-5.4",
    "gpt-4-turbo": "gpt-5.4",
    "gpt-4-turbo-2024-04-09": "gpt-5.4",
    "gpt-4-turbo-preview": "gpt-5.4",
    "gpt-4-vision-preview": "gpt-5.4",
    "gpt-4.1-nano": "gpt-5.4-mini",
    "gpt-4.1-nano-2025-04-14": "gpt-5.4-mini",
    "gpt-4o-2024-05-13": "gpt-5.4",
    "gpt-5-chat-latest": "gpt-5.4",
    "gpt-5.1-chat-latest": "gpt-5.4",
    "gpt-5.2-chat-latest": "gpt-5.4",
    "gpt-5.3-chat-latest": "gpt-5.4",
    "o1": "gpt-5.4",
    "o1-2024-12-17": "gpt-5.4",
    "o1-mini": "gpt-5.4-mini",
    "o1-preview": "gpt-5.4",
    "o3-mini": "gpt-5.4-mini",
    "o3-mini-2025-01-31": "gpt-5.4-mini",
    "o4-mini": "gpt-5.4-mini",
    "o4-mini-2025-04-16": "gpt-5.4-mini",
}


def known_as(config: Mapping[str, Any]) -> str:
    """The name that says what a config's model takes: what its deployment or alias stands for, else its own."""
    return config.get("base_model") or config["model"]


def base_model(model: str) -> str:
    """The model behind a fine-tuned (`ft:gpt-4o:org::id`) or a provider-qualified (`openai/gpt-4o`) name."""
    model = model.strip().lower().rpartition("/")[2]
    fine_tuned = _FINE_TUNED.match(model)
    return fine_tuned.group(1) if fine_tuned else model


def is_reasoning_model(model: str) -> bool:
    """Whether the model belongs to the families that want `max_completion_tokens` (o1, o3 …, gpt-5 and later)."""
    return _REASONING.match(base_model(model)) is not None


def reasons(model: str) -> bool:
    """Whether the model can reason before it answers: by the catalog, else by the family that its name belongs to."""
    facts = facts_of(model)
    return is_reasoning_model(model) if facts is None else facts.default_effort is not None


def takes_functions(model: str) -> bool:
    """Whether the model takes the deprecated `functions`: the gpt-3.5 and gpt-4 families, by Azure's names too."""
    return _TAKES_FUNCTIONS.match(base_model(model)) is not None


def replacement_for(model: str) -> str | None:
    """The current model to use instead of a retired one; None if the model is not known to be retired."""
    return _REPLACEMENTS.get(base_model(model))


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
