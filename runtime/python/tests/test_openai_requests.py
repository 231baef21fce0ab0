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


IMAGE = {"type": "image_url", "image_url": {"url": "https://pictures.test/owl.png"}}
UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"role": "tool", "content": "found"}, "messages[0].tool_call_id"),
    ({"role": "assistant", "tool_calls": [{"id": "a"}]}, "messages[0].tool_calls[0]"),
    ({"role": "assistant", "tool_calls": "a"}, "messages[0].tool_calls"),
    ({"role": "assistant", "content": "x", "refusal": 5}, "messages[0].refusal"),
    ({"role": "assistant", "content": "x", "audio": "a"}, "messages[0].audio"),
    ({"role": "assistant", "content": "x", "function_call": {"name": "f"}}, "messages[0].function_call"),
    ({"role": "user", "content": "x", "name": 5}, "messages[0].name"),
    ({"role": "function", "content": "x"}, "messages[0].name"),
    ({"role": "function", "name": "f", "content": [{"type": "text", "text": "x"}]}, "messages[0].content"),
    ({"role": "user", "content": [{"type": "refusal", "refusal": "no"}]}, "messages[0].content[0].type"),
    ({"role": "assistant", "content": [{"type": "refusal", "refusal": ""}]}, "messages[0].content[0].refusal"),
    ({"role": "system", "content": [IMAGE]}, "messages[0].content[0].type"),
    ({"role": "assistant", "content": [{"type": "text", "text": "x"}, IMAGE]}, "messages[0].content[1].type"),
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


def test_answers_that_say_nothing_are_left_out() -> None:
    assert chat({"role": "assistant"}, {"role": "assistant", "content": None, "tool_calls": []}).messages == [ASK]
    spoken = {"role": "assistant", "content": "Hm"}
    assert chat({**spoken, "tool_calls": [], "function_call": None}).messages == [spoken, ASK]


LOOK = {"name": "look", "description": None, "parameters": {"type": "object"}, "strict": True}


def test_functions_are_offered_by_what_models_know_of_them() -> None:
    told = {"name": "look", "parameters": {"type": "object"}, "strict": True}
    asked = [
        chat(tools=[{"type": "function", "function": {**LOOK, "icon": 1}, "id": 7}, {"type": "web_search"}]),
        read_responses_request({"model": "m", "input": "x", "tools": [{"type": "function", **LOOK, "icon": 1}]}),
    ]
    for each in asked:
        assert each.tools == [{"type": "function", "function": told}]


@pytest.mark.parametrize(
    ("member", "value"),
    [("name", ""), ("name", "no name"), ("name", 5), ("description", 1.5), ("parameters", []), ("strict", "yes")],
)
def test_functions_that_no_model_can_call(member: str, value: Any) -> None:
    function = {**LOOK, member: value}
    with pytest.raises(BadRequest) as refused:
        chat(tools=[{"type": "function", "function": function}])
    assert refused.value.details["param"] == f"tools[0].function.{member}"
    with pytest.raises(BadRequest) as refused:
        read_responses_request({"model": "m", "input": "x", "tools": [{"type": "function", **function}]})
    assert refused.value.details["param"] == f"tools[0].{member}"


CHOICES: list[tuple[Any, Any]] = [
    ("required", "required"),
    ({"type": "function", "function": {"name": "look"}}, {"type": "function", "function": {"name": "look"}}),
    ({"type": "function", "name": "look"}, {"type": "function", "function": {"name": "look"}}),
    (None, None),
]


@pytest.mark.parametrize(("choice", "made"), CHOICES)
def test_what_a_model_has_to_do_about_functions(choice: Any, made: Any) -> None:
    tools = [{"type": "function", "function": LOOK}]
    assert chat(tools=tools, tool_choice=choice).tool_choice == made
    assert chat(tool_choice=choice).tool_choice is None


@pytest.mark.parametrize("choice", ["any", 0, {}, {"type": "function", "function": {"name": "other"}}])
def test_what_no_model_can_do_about_functions(choice: Any) -> None:
    with pytest.raises(BadRequest) as refused:
        chat(tools=[{"type": "function", "function": LOOK}], tool_choice=choice)
    assert refused.value.details["param"] == "tool_choice"


@pytest.mark.parametrize(
    ("role", "part", "place"),
    [
        ("user", {"type": "input_file", "filename": "a.pdf"}, "input[0].content[0]"),
        ("assistant", {"type": "input_image", "image_url": "https://a.test/b.png"}, "input[0].content[0].type"),
        ("system", {"type": "refusal", "refusal": "no"}, "input[0].content[0].type"),
    ],
)
def test_parts_that_an_item_cannot_have(role: str, part: dict[str, Any], place: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_responses_request({"model": "m", "input": [{"role": role, "content": [part]}, ASK]})
    assert refused.value.details["param"] == place


@pytest.mark.parametrize("more", [{"n": True}, {"n": 1.0}, {"modalities": ["text", "audio"]}])
def test_what_only_python_takes_for_the_usual(more: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat(**more)
    with pytest.raises(BadRequest):
        read_responses_request({"model": "m", "input": "x", "background": 0})
