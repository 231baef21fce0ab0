"""What the headers of an answer say about rate limits and waiting.

https://platform.openai.com/docs/guides/rate-limits
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from app.runtime.errors import RateLimited

_LIMIT_HEADERS = (
    "limit-requests",
    "limit-tokens",
    "remaining-requests",
    "remaining-tokens",
    "reset-requests",
    "reset-tokens",
)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait according to `retry-after-ms` or `retry-after` (seconds or a date); None if not told."""
    for name, per_second in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / per_second
        except ValueError:
            try:
                seconds = parsedate_to_datetime(value).timestamp() - time.time()
            except (TypeError, ValueError, OverflowError):
                continue
        if seconds == seconds and seconds != float("inf"):
            return max(seconds, 0.0)
    return None


def rate_limited(headers: Mapping[str, str]) -> RateLimited:
    """The error with what the headers tell; how long to wait is passed on to the caller."""
    wait = retry_after(headers)
    limits = {name.replace("-", "_"): headers.get(f"x-ratelimit-{name}") for name in _LIMIT_HEADERS}
    known = {name: value for name, value in limits.items() if value is not None}
    seconds = None if wait is None else max(1, -int(-wait // 1))
    return RateLimited(
        "OpenAI's rate limit is reached.",
        headers=None if seconds is None else {"Retry-After": str(seconds)},
        retry_after_s=None if wait is None else round(wait, 3),
        limits=known or None,
    )
