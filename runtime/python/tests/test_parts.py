"""A project that carries little, and is asked for more by hand."""

from typing import Any

import pytest

from app.llm.apis.chat_completions import CHAT_COMPLETIONS
from app.llm.apis.responses import RESPONSES
from app.llm.errors import InvalidRequest
from app.llm.json_answers import read_json
from app.llm.provider import Parts
from app.llm.providers.openai import openai
from app.llm.providers.openai_models import MODELS

TOOL: dict[str, Any] = {"type": "function", "function": {"name": "find"}}
TEXT = openai(CHAT_COMPLETIONS, parts=Parts(), models=MODELS)
JSON = openai(CHAT_COMPLETIONS, parts=Parts(read_json), models=MODELS)
OTHER = openai(RESPONSES, parts=Parts(), models=MODELS)
SCHEMA: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}

CASES: list[tuple[Any, dict[str, Any], str]] = [
    (TEXT, {"api": "responses"}, "responses"),
    (TEXT, {"api": "auto", "model": "gpt-5-pro"}, "responses"),
    (OTHER, {}, "chat"),
    (OTHER, {"api": "auto"}, "chat"),
    (TEXT, {"tools": [TOOL]}, "calls"),
    (TEXT, {"functions": [{"name": "find"}]}, "calls"),
    (TEXT, {"logprobs": True}, "logprobs"),
    (TEXT, {"response_format": "json_object"}, "json"),
    (JSON, {"response_format": SCHEMA}, "schemas"),
]


@pytest.mark.parametrize(("provider", "asked", "part"), CASES)
def test_the_error_says_how_to_get_what_is_left_out(provider: Any, asked: dict[str, Any], part: str) -> None:
    with pytest.raises(InvalidRequest, match="built without") as caught:
        provider.api_for({"model": "gpt-5.4-mini", **asked})
    assert f"catalyst build --with {part}`" in caught.value.hint


@pytest.mark.parametrize("asked", [{}, {"api": "chat"}, {"api": "auto"}, {"response_format": "text"}])
def test_what_is_carried_needs_nothing(asked: dict[str, Any]) -> None:
    config: Any = {"model": "gpt-5.4-mini", **asked}
    assert TEXT.api_for(config) is CHAT_COMPLETIONS
