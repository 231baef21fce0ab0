"""What the operator's log says of an upstream error, and what it never holds."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.nodes.llm.chat_wire import ErrorBody
from app.nodes.llm.said_upstream import said_upstream


@dataclass
class Asked:
    messages: list[dict[str, Any]] = field(
        default_factory=lambda: [{"role": "user", "content": "My name is Ada Byron."}]
    )


def test_its_own_sentence_is_there() -> None:
    error = ErrorBody(message="Thought signature is missing\n in functionCall parts.", code="400", type="invalid")
    assert said_upstream(error, status=400) == {
        "status": "400",
        "code": "400",
        "type": "invalid",
        "message": "Thought signature is missing in functionCall parts.",
    }
    assert said_upstream(ErrorBody(), status=502) is None
    assert len((said_upstream(ErrorBody(message="x " * 5000)) or {})["message"]) <= 300


@pytest.mark.parametrize(
    "message",
    [
        "Incorrect API key provided: sk-proj-abc123.",
        "Incorrect API key provided: abc*****xyz.",
        "Bad header: Bearer abc.def.ghi",
        "Cannot answer: My name is Ada Byron.",
        "Invalid 'content': 'My name is Ada Byron. I live in London and want to know more'",
    ],
)
def test_keys_and_prompts_are_not(message: str) -> None:
    said = (said_upstream(ErrorBody(message=message), request=Asked()) or {})["message"]
    for hidden in ("abc", "xyz", "Ada"):
        assert hidden not in said
