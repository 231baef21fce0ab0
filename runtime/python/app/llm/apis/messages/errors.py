"""Errors that the Messages API tells in words or by what it leaves out.

https://platform.claude.com/docs/en/api/errors
"""

from collections.abc import Mapping

from app.llm.failures import ErrorBody

_IN_WORDS = {
    "prompt is too long": "context_length_exceeded",
    "exceed context limit": "context_length_exceeded",
    "credit balance is too low": "insufficient_quota",
    "spend limit": "insufficient_quota",
}


def code_of(error: ErrorBody, status: int, headers: Mapping[str, str]) -> str | None:
    """The code of what is known by its words, and of a limit that no waiting helps, for which it names no time."""
    words = (error.message or "").lower()
    if status == 400:
        return next((code for part, code in _IN_WORDS.items() if part in words), None)
    told = "retry-after" in headers or "retry-after-ms" in headers
    return "insufficient_quota" if status == 429 and error.type == "rate_limit_error" and not told else None
