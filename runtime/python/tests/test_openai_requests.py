"""What is made of requests in OpenAI's language before a workflow sees them."""

from typing import Any

import pytest

from app.openai_api.chat_requests import read_chat_request
from app.openai_api.errors import BadRequest
from app.openai_api.requests import Asked
from app.openai_api.responses_requests import read_responses_request

ASK = {"role": "user", "content": "And now?"}


def call(name: str) -> dict[str, Any]:
    return {"id": name, "type": "function", "function": {"name": "look", "arguments": "{}"}}


def calling(*names: str, content: str | None = None) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": [call(name) for name in names]}


def result(name: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": name, "content": "found"}


def chat(*messages: dict[str, Any], **more: Any) -> Asked:
    return read_chat_request({"model": "m", "messages": [*messages, ASK], **more})


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        pytest.param([calling("a"), result("a")], [calling("a"), result("a")], id="whole"),
        pytest.param([result("a")], [], id="its call was cut off"),
        pytest.param([calling("a")], [], id="its result was cut off"),
        pytest.param([calling("a", content="Hm")], [{"role": "assistant", "content": "Hm"}], id="says something too"),
        pytest.param([calling("a", "b"), result("b")], [calling("b"), result("b")], id="one of two"),
        pytest.param([calling("a"), ASK, result("a")], [ASK], id="too late"),
        pytest.param([calling("a"), result("a"), result("a")], [calling("a"), result("a")], id="twice"),
    ],
)
def test_calls_and_results_without_each_other_are_left_out(sent: list[Any], left: list[Any]) -> None:
    assert chat(*sent).messages == [*left, ASK]


def test_what_a_client_notes_for_itself_does_not_go_to_models() -> None:
    noted = {**ASK, "id": "msg_1", "timestamp": 17, "tool_call_id": "x"}
    assert chat(noted).messages == [ASK, ASK]


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"role": "tool", "content": "found"}, "messages[0].tool_call_id"),
    ({"role": "assistant", "tool_calls": [{"id": "a"}]}, "messages[0].tool_calls[0]"),
    ({"role": "assistant", "tool_calls": "a"}, "tool_calls"),
    (
        {"role": "assistant", "tool_calls": [{**call("a"), "function": {"name": "no name", "arguments": ""}}]},
        "messages[0].tool_calls[0].function.name",
    ),
    ({"role": "user", "content": [{"type": "image_url", "image_url": {}}]}, "messages[0].content[0].image_url"),
    (
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": 1}}]},
        "messages[0].content[0].image_url",
    ),
]


@pytest.mark.parametrize(("message", "param"), UNFIT)
def test_messages_that_no_model_takes(message: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        chat(message)
    assert refused.value.details["param"] == param


@pytest.mark.parametrize("more", [{"n": True}, {"n": 1.0}, {"modalities": ["text", "audio"]}])
def test_what_only_python_takes_for_the_usual(more: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat(**more)
    with pytest.raises(BadRequest):
        read_responses_request({"model": "m", "input": "x", "background": 0})
