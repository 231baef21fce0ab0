"""What a request to the Messages API can say besides what any model call can."""

from typing import Literal, TypedDict

from app.llm.types import CompletionConfig, JsonObject


class ThinkingBudget(TypedDict):
    """The most tokens that a model may think, at least 1,024 and fewer than `max_tokens`."""

    budget_tokens: int


class CacheLife(TypedDict):
    """How long a cached prompt is kept after it was last read."""

    ttl: Literal["5m", "1h"]


class MessagesConfig(CompletionConfig, total=False):
    """One request: what any model call takes, and what differs.

    `system` are instructions that go before those in the messages, text or blocks. `max_tokens` is 16,384 if left out,
    or what the model can. `stop` and `user` are sent as `stop_sequences` and `metadata.user_id`. `effort` is how much
    the model does, `thinking` whether and how it thinks. `cache` says what of the prompt is cached: "auto", which is
    also what is done if it is left out, caches what is likely to be sent again where it is long enough; a `ttl` the
    whole prompt; parts of messages may have a `cache_control` of their own instead. With `temperature`, `top_p` or
    `top_k` the request goes out by the API's version of 2023, which alone takes them. `betas` in `extra_body` are those
    of the header.
    """

    system: str | list[JsonObject]
    top_k: int | None
    effort: str | None
    thinking: Literal["adaptive", "off"] | ThinkingBudget | JsonObject | None
    cache: Literal["auto", "off"] | CacheLife | None
