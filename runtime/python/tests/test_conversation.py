from typing import Any

import pytest

from app.llm.conversation import conversation
from app.runtime.errors import ExpressionError


def test_messages_are_given_as_they_are() -> None:
    messages = [{"role": "user", "content": "Hello", "name": "ada"}, {"role": "assistant", "content": None, "more": 1}]
    assert conversation(messages, "input.history") == messages
    assert conversation([], "input.history") == []


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (None, "input.history is no list"),
        ({"role": "user"}, "input.history is no list"),
        (["Hello"], "input.history[0] is no object with a role"),
        ([{"role": "user", "content": "Hello"}, {"content": "Hello"}], "input.history[1] is no object with a role"),
    ],
)
def test_what_is_no_conversation_is_named(value: Any, place: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        conversation(value, "input.history")
    assert place in raised.value.detail
