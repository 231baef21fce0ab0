"""What a config becomes as a request to the Messages API."""

import json
from typing import Any

import pytest

from app.llm.errors import InvalidRequest
from app.llm.parts import ANTHROPIC
from app.llm.request import ModelRequest

USER: Any = [{"role": "user", "content": "Hi"}]
LONG = "word " * 5_000
PNG = "data:image/png;base64,iVBORw0KGgo="
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "description": "A name."},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "minItems": 1},
        "inner": {"oneOf": [{"type": "object", "properties": {}}, {"type": "null"}]},
    },
}


def request(**config: Any) -> ModelRequest:
    full: Any = {"model": "claude-sonnet-5-5", "messages": USER, **config}
    return ANTHROPIC.api_for(full).encode(full, ANTHROPIC, False)


def body(**config: Any) -> dict[str, Any]:
    return json.loads(request(**config).body)


def test_the_least() -> None:
    assert body() == {"model": "claude-sonnet-5-5", "max_tokens": 16_384, "messages": USER}


def test_instructions_stand_apart() -> None:
    messages = [{"role": "system", "content": "One."}, {"role": "developer", "content": "Two."}, *USER]
    assert body(messages=messages, system="Zero.")["system"] == "Zero.\n\nOne.\n\nTwo."


def test_instructions_in_the_middle() -> None:
    late = [*USER, {"role": "system", "content": "Be brief."}, *USER]
    assert [turn["role"] for turn in body(messages=late)["messages"]] == ["user", "system", "user"]
    with pytest.raises(InvalidRequest, match="before the conversation"):
        body(messages=late, model="claude-sonnet-5")


def test_turns_alternate_and_results_come_first() -> None:
    call = {"id": "a.1", "type": "function", "function": {"name": "f", "arguments": '{"x": 1}'}}
    messages = [
        {"role": "user", "content": "One"},
        {"role": "user", "content": [{"type": "text", "text": "Two"}, {"type": "text", "text": ""}]},
        {"role": "assistant", "content": "Let me look.", "tool_calls": [call, {**call, "id": "b"}]},
        {"role": "tool", "tool_call_id": "a.1", "content": "3"},
        {
            "role": "tool",
            "tool_call_id": "b",
            "content": [{"type": "text", "text": "See"}, {"type": "image_url", "image_url": {"url": PNG}}],
        },
        {"role": "user", "content": "And?"},
    ]
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    assert body(messages=messages)["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Let me look."},
                {"type": "tool_use", "id": "a_1", "name": "f", "input": {"x": 1}},
                {"type": "tool_use", "id": "b", "name": "f", "input": {"x": 1}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a_1", "content": "3"},
                {"type": "tool_result", "tool_use_id": "b", "content": [{"type": "text", "text": "See"}, image]},
                {"type": "text", "text": "And?"},
            ],
        },
    ]


def test_deprecated_calls_get_ids() -> None:
    messages = [
        *USER,
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "3"},
    ]
    _, asked, told = body(messages=messages)["messages"]
    assert asked["content"][0]["id"] == told["content"][0]["tool_use_id"]


@pytest.mark.parametrize(
    ("file", "block"),
    [
        ({"file_id": "file_1"}, {"type": "document", "source": {"type": "file", "file_id": "file_1"}}),
        (
            {"file_data": "data:application/pdf;base64,JVBERi0=", "filename": "a.pdf"},
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="},
                "title": "a.pdf",
            },
        ),
        (
            {"file_data": "data:text/csv;base64,YSxi"},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a,b"}},
        ),
        (
            {"file_data": "https://x.example/a.pdf"},
            {"type": "document", "source": {"type": "url", "url": "https://x.example/a.pdf"}},
        ),
    ],
)
def test_documents(file: Any, block: Any) -> None:
    (turn,) = body(messages=[{"role": "user", "content": [{"type": "file", "file": file}]}])["messages"]
    assert turn["content"] == [block]


def test_what_another_server_sent_is_left_out() -> None:
    blocks = [{"type": "thinking", "thinking": "", "signature": "s"}, {"type": "text", "text": "Yes"}]
    answer = {"role": "assistant", "content": "Yes", "content_blocks": blocks}
    own = {**answer, "answered_by": "anthropic messages claude-sonnet-5-5"}
    assert body(messages=[*USER, own, *USER])["messages"][1]["content"] == blocks
    other = {**answer, "answered_by": "anthropic messages claude-opus-5"}
    assert body(messages=[*USER, other, *USER])["messages"][1]["content"] == "Yes"


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        ({"thinking": "adaptive"}, {"type": "adaptive"}),
        ({"thinking": "off"}, {"type": "between_tools"}),
        ({"thinking": "off", "model": "claude-haiku-5-5"}, {"type": "disabled"}),
        ({"thinking": {"budget_tokens": 2048}}, {"type": "enabled", "budget_tokens": 2048}),
        ({"show_reasoning": True}, {"type": "adaptive", "display": "summarized"}),
        ({"show_reasoning": True, "model": "claude-opus-4-8"}, None),
        ({"thinking": "adaptive", "show_reasoning": True}, {"type": "adaptive", "display": "summarized"}),
    ],
)
def test_thinking(config: Any, sent: Any) -> None:
    assert body(**config).get("thinking") == sent


def test_a_budget_leaves_room_for_an_answer() -> None:
    assert body(thinking={"budget_tokens": 20_000})["max_tokens"] == 36_384
    assert body(thinking={"budget_tokens": 20_000}, max_tokens=25_000)["max_tokens"] == 25_000


def test_the_version_goes_by_what_is_asked() -> None:
    assert request().headers == b"anthropic-version: 2026-10-21\r\n"
    assert request(temperature=0.5).headers == b"anthropic-version: 2023-06-01\r\n"
    assert request(extra_body={"top_k": 3}).headers == b"anthropic-version: 2023-06-01\r\n"
    betas = request(extra_body={"betas": ["a-1", "b-2"]})
    assert betas.headers.endswith(b"anthropic-beta: a-1,b-2\r\n")
    assert b"betas" not in betas.body


def test_headers_take_no_line_ends() -> None:
    with pytest.raises(InvalidRequest):
        request(extra_body={"betas": ["a\r\nx: y"]})


def test_by_other_names() -> None:
    sent = body(stop="X", user="u", effort="low", service_tier="standard_only", extra_body={"inference_geo": "us"})
    assert sent["stop_sequences"] == ["X"]
    assert sent["metadata"] == {"user_id": "u"}
    assert sent["output_config"] == {"effort": "low"}
    assert (sent["service_tier"], sent["inference_geo"]) == ("standard_only", "us")


def test_tools_and_the_choice_among_them() -> None:
    tool = {"type": "function", "function": {"name": "f", "description": "F.", "parameters": SCHEMA, "strict": True}}
    sent = body(tools=[tool, {"type": "web_search_20260101", "name": "web_search"}], parallel_tool_calls=False)
    assert sent["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    made, own = sent["tools"]
    assert own == {"type": "web_search_20260101", "name": "web_search"}
    assert made["strict"] is True
    assert made["input_schema"]["additionalProperties"] is False
    assert body(tools=[tool], tool_choice="required")["tool_choice"] == {"type": "any"}
    assert body(tools=[tool], tool_choice="none")["tool_choice"] == {"type": "none"}
    chosen: Any = {"type": "function", "function": {"name": "f"}}
    assert body(tools=[tool], tool_choice=chosen)["tool_choice"] == {"type": "tool", "name": "f"}
    legacy = body(functions=[{"name": "g"}], function_call={"name": "g"})
    assert legacy["tools"] == [{"name": "g", "input_schema": {"type": "object", "properties": {}}}]
    assert legacy["tool_choice"] == {"type": "tool", "name": "g"}


def test_a_schema_is_closed_and_says_in_words_what_the_api_does_not_take() -> None:
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}
    schema = body(response_format=form)["output_config"]["format"]["schema"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["name"] == {"type": "string", "description": 'A name. {"minLength":2}'}
    assert schema["properties"]["tags"]["minItems"] == 1
    assert schema["properties"]["tags"]["description"] == '{"maxItems":3}'
    assert schema["properties"]["inner"]["anyOf"][0]["additionalProperties"] is False


def test_json_that_the_api_cannot_hold_a_model_to_is_asked_for_in_words() -> None:
    assert body(response_format="json_object")["system"].startswith("Answer with one JSON object")
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA, "strict": False}}
    sent = body(response_format=form)
    assert '"minLength":2' in sent["system"]
    assert "output_config" not in sent


class TestCaching:
    """What is marked of a prompt."""

    def test_a_short_prompt_is_not(self) -> None:
        assert "cache_control" not in json.dumps(body(messages=[{"role": "system", "content": "Short."}, *USER]))

    def test_long_instructions_are(self) -> None:
        (block,) = body(messages=[{"role": "system", "content": LONG}, *USER])["system"]
        assert block["cache_control"] == {"type": "ephemeral"}

    def test_a_question_alone_is_not(self) -> None:
        assert "cache_control" not in body(messages=[{"role": "user", "content": LONG}])

    def test_a_conversation_that_goes_on_is(self) -> None:
        turns = [{"role": "user", "content": LONG}, {"role": "assistant", "content": "Yes."}, *USER]
        assert body(messages=turns)["cache_control"] == {"type": "ephemeral"}

    def test_tools_are_marked_by_hand(self) -> None:
        mark = {"type": "ephemeral", "ttl": "1h"}
        look = {"type": "function", "function": {"name": "look"}, "cache_control": mark}
        sent = body(messages=USER, tools=[look])
        assert sent["tools"][0]["cache_control"] == mark
        assert "cache_control" not in sent

    def test_by_hand(self) -> None:
        assert body(cache={"ttl": "1h"})["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
        marked = {"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}
        turns = [{"role": "user", "content": [marked]}, {"role": "assistant", "content": LONG}, *USER]
        assert "cache_control" not in body(messages=turns)
        assert body(messages=turns)["messages"][0]["content"] == [marked]
        assert "cache_control" not in json.dumps(
            body(messages=[{"role": "system", "content": LONG}, *USER], cache="off")
        )


@pytest.mark.parametrize("config", [{"seed": 7}, {"logprobs": True}, {"n": 2}, {"frequency_penalty": 0.5}])
def test_what_the_api_does_not_have(config: Any) -> None:
    with pytest.raises(InvalidRequest):
        request(**config)


def test_no_message_of_the_user() -> None:
    with pytest.raises(InvalidRequest):
        request(messages=[{"role": "system", "content": "Be brief."}])
