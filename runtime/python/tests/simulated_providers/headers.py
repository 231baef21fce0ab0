"""The headers that OpenAI puts on every answer.

Source: https://platform.openai.com/docs/api-reference/debugging-requests and .../docs/guides/rate-limits
"""

from tests.simulated_providers.identifiers import request_id

REQUEST_LIMIT = 10_000
TOKEN_LIMIT = 2_000_000


def standard_headers(number: int, processing_ms: int) -> dict[str, str]:
    """Headers of the `number`-th request that took so many milliseconds."""
    return {
        "access-control-expose-headers": "X-Request-ID",
        "openai-organization": "org-simulated",
        "openai-processing-ms": str(processing_ms),
        "openai-project": "proj_simulated",
        "openai-version": "2020-10-01",
        "x-request-id": request_id(number),
    }


def rate_limit_headers(prompt_tokens: int) -> dict[str, str]:
    """How much of the limits is left after a request; they refill at once here."""
    return {
        "x-ratelimit-limit-requests": str(REQUEST_LIMIT),
        "x-ratelimit-limit-tokens": str(TOKEN_LIMIT),
        "x-ratelimit-remaining-requests": str(REQUEST_LIMIT - 1),
        "x-ratelimit-remaining-tokens": str(max(0, TOKEN_LIMIT - prompt_tokens)),
        "x-ratelimit-reset-requests": "6ms",
        "x-ratelimit-reset-tokens": f"{max(1, prompt_tokens * 60_000 // TOKEN_LIMIT)}ms",
    }
