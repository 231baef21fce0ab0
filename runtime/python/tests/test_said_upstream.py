"""What the operator's log says of an upstream error, and what it never holds."""

import json
from typing import Any

import pytest

from app.llm.failures import error_in_answer, error_in_stream, known_error, said_upstream
from tests.decoders import request_of

PROMPT = "My name is Ada Byron."


def said(status: int, **error: Any) -> dict[str, str] | None:
    """What is logged of an answer with such an error object."""
    asked = request_of(messages=[{"role": "user", "content": PROMPT}])
    body = json.dumps({"error": error}).encode() if error else b""
    return said_upstream(error_in_answer(status, {}, body, asked), asked.messages)


def test_its_own_sentence_is_there() -> None:
    message = "Thought signature is missing\n in functionCall parts."
    assert said(400, message=message, code="400", type="invalid") == {
        "status": "400",
        "code": "400",
        "type": "invalid",
        "message": "Thought signature is missing in functionCall parts.",
    }
    assert said(502) is None
    assert len((said(400, message="x " * 5000) or {})["message"]) <= 300


@pytest.mark.parametrize("known", [error_in_stream, known_error])
def test_it_is_there_for_errors_in_the_midst_of_an_answer(known: Any) -> None:
    found = known(json.dumps({"error": {"message": f"Overloaded by {PROMPT}", "type": "server_error"}}).encode())
    assert said_upstream(found, [{"role": "user", "content": PROMPT}]) == {
        "message": "Overloaded by …",
        "type": "server_error",
    }


@pytest.mark.parametrize(
    "message",
    [
        "Incorrect API key provided: sk-proj-abc123.",
        "Incorrect API key provided: abc*****xyz.",
        "Bad header: Bearer abc.def.ghi",
        f"Cannot answer: {PROMPT}",
        f"Invalid 'content': '{PROMPT} I live in London and want to know more'",
    ],
)
def test_keys_and_prompts_are_not(message: str) -> None:
    logged = (said(400, message=message) or {})["message"]
    for hidden in ("abc", "xyz", "Ada"):
        assert hidden not in logged


def test_prompts_in_parts_are_not_either() -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}]
    found = error_in_stream(json.dumps({"error": {"message": f"No: {PROMPT}"}}).encode())
    assert said_upstream(found, messages) == {"message": "No: …"}
