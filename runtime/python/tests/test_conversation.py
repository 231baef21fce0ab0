from typing import Any

import pytest

from app.llm.conversation import conversation
from app.runtime.errors import ExpressionError, InvalidInput

ROLES = "system, developer, user, assistant, tool, function"
GIVEN = "{{ nodes.history.output }}"


def test_messages_are_given_as_they_are() -> None:
    messages = [{"role": "user", "content": "Hello", "name": "ada"}, {"role": "assistant", "content": None, "more": 1}]
    assert conversation(messages, GIVEN) == messages
    assert conversation([], GIVEN) == []


UNFIT = [
    (None, "", "is no list"),
    ({"role": "user"}, "", "is no list"),
    (["Hello"], "0", "is no object with a role"),
    ([{"role": "user", "content": "Hello"}, {"content": "Hello"}], "1", "is no object with a role"),
    ([{"role": "robot", "content": "Hello"}], "0", f"has none of the roles {ROLES}"),
    ([{"role": "user"}], "0", "has no `content`"),
    ([{"role": "user", "content": None}], "0", "has no `content`"),
    ([{"role": "tool", "content": "7"}], "0", "does not say with `tool_call_id` of which call it is the result"),
]


@pytest.mark.parametrize(("value", "place", "fault"), UNFIT)
def test_what_is_no_conversation_is_named(value: Any, place: str, fault: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        conversation(value, GIVEN)
    assert raised.value.detail == f"{GIVEN}{place and f'[{place}]'} {fault}."


@pytest.mark.parametrize(("value", "place", "fault"), UNFIT)
def test_what_the_caller_sent_is_the_callers(value: Any, place: str, fault: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        conversation(value, "{{ input.chat.history }}")
    pointer = f"/chat/history{place and f'/{place}'}"
    assert raised.value.details["errors"] == [{"in": "body", "pointer": pointer, "detail": f"It {fault}."}]
