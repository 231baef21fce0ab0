"""Answers that are to be JSON."""

import re
from typing import Any

import msgspec

from app.llm.answer import ModelAnswer
from app.llm.errors import InvalidJsonOutput
from app.runtime.errors import ServiceError
from app.runtime.usage import Usage

_FENCE = re.compile(r"`{3,}|~{3,}")
# What it says of the language, before JSON begins.
_LANGUAGE = re.compile(r"[A-Za-z0-9]*(?=[\s{\[\"])")


class OutputTruncated(ServiceError, code="output_truncated", title="Answer cut off", status=502):
    """The answer was cut off by the token limit, so that its JSON is not complete."""

    hint = "Raise max_tokens or ask for less."


def read_json(answer: ModelAnswer, text: str, usage: Usage, schema: Any) -> Any:
    """What the text of an answer says as JSON.

    Raises:
        OutputTruncated: the token limit came first.
        InvalidJsonOutput: it is something else.
    """
    if answer.finish_reason == "length":
        raise OutputTruncated(
            "The answer reached the token limit before its JSON was complete.",
            completion_tokens=usage["completion_tokens"],
            reasoning_tokens=usage["reasoning_tokens"] or None,
        )
    try:
        return msgspec.json.decode(_without_fence(text))
    except (ValueError, RecursionError) as error:
        further = "" if schema is not None else " A JSON schema as the response format helps too."
        raise InvalidJsonOutput(
            "The model was asked for JSON and answered with something else.",
            hint=InvalidJsonOutput.hint + further,
        ) from error


def _without_fence(text: str) -> str:
    """What stands in the one fence of Markdown around all of a text, as models like to write JSON; else the text."""
    inner = text.strip("\ufeff \t\r\n")
    fence = _FENCE.match(inner)
    if fence is None or len(inner) < 2 * fence.end() or not inner.endswith(fence[0]):
        return inner
    inner = inner[fence.end() : -fence.end()]
    language = _LANGUAGE.match(inner)
    return inner if language is None else inner[language.end() :]
