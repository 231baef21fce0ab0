"""What goes over the wire to the Responses API for a node's config, checked against OpenAI's published schema."""

import json
from typing import Any

import pytest

from app.llm.parts import OPENAI
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.errors import ServiceError
from tests.decoders import chat_request, responses_request
from tests.openai_schema import check

USER: Any = [{"role": "user", "content": "Say hello."}]
PARAMETERS: Any = {"type": "object", "properties": {"x": {"type": "string"}}}
FUNCTION: Any = {"name": "f", "description": "Does it.", "parameters": PARAMETERS}
TOOL: Any = {"type": "function", "function": FUNCTION}
FLAT: Any = {"type": "function", **FUNCTION, "strict": False}
SCHEMA: Any = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def configured(**config: Any) -> OpenAIConfig:
    return {"model": "gpt-5.4-mini", "messages": USER, **config}  # pyright: ignore[reportReturnType]


def wire(stream: bool = False, **config: Any) -> dict[str, Any]:
    """The body, without what every body has."""
    body = json.loads(responses_request(configured(**config), stream=stream).body)
    check("CreateResponse", body)
    assert body.pop("model") == config.get("model", "gpt-5.4-mini")
    if body["store"] is False and "store" not in config:
        del body["store"]
    if "tools" in body and "include" not in config.get("extra_body", {}):
        assert body.pop("include") == ["reasoning.encrypted_content"]
    if "messages" not in config:
        assert body.pop("input") == USER
    return body


def refused(**config: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        responses_request(configured(**config), stream=False)
    return caught.value


PARAMETERS_SENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "none_is_left_out": ({"temperature": None, "seed": None, "stop": None}, {}),
    "max_tokens": ({"max_tokens": 50}, {"max_output_tokens": 50}),
    "max_completion_tokens": ({"max_completion_tokens": 60}, {"max_output_tokens": 60}),
    "sampling": ({"temperature": 0.2, "top_p": 0.5}, {"temperature": 0.2, "top_p": 0.5}),
    "reasoning_effort": ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
    "verbosity": ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
    "text": ({"response_format": "text"}, {}),
    "text_object": ({"response_format": {"type": "text"}}, {}),
    "json_schema": (
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "n", "schema": SCHEMA, "strict": True},
            },
            "verbosity": "high",
        },
        {
            "text": {
                "format": {"type": "json_schema", "name": "n", "schema": SCHEMA, "strict": True},
                "verbosity": "high",
            }
        },
    ),
    "store": ({"store": True, "metadata": {"a": "b"}}, {"store": True, "metadata": {"a": "b"}}),
    "identifiers": (
        {"user": "u", "safety_identifier": "s", "prompt_cache_key": "k", "prompt_cache_retention": "24h"},
        {"user": "u", "safety_identifier": "s", "prompt_cache_key": "k", "prompt_cache_retention": "24h"},
    ),
    "moderation": (
        {"moderation": {"model": "omni-moderation-latest"}, "prompt_cache_options": {"mode": "explicit"}},
        {"moderation": {"model": "omni-moderation-latest"}, "prompt_cache_options": {"mode": "explicit"}},
    ),
    "service_tier": ({"service_tier": "flex"}, {"service_tier": "flex"}),
    "logprobs": (
        {"logprobs": True, "top_logprobs": 3},
        {"include": ["message.output_text.logprobs"], "top_logprobs": 3},
    ),
    "neutral": ({"presence_penalty": 0, "frequency_penalty": 0.0, "logit_bias": {}, "stop": [], "n": 1}, {}),
    "ours": ({"timeout": 3.0, "max_retries": 1, "api": "responses"}, {}),
    "extra_body": (
        {"reasoning_effort": "low", "extra_body": {"reasoning": {"summary": "auto"}, "truncation": "auto"}},
        {"reasoning": {"effort": "low", "summary": "auto"}, "truncation": "auto"},
    ),
    "tools": ({"tools": [TOOL], "tool_choice": "required"}, {"tools": [FLAT], "tool_choice": "required"}),
    "strict_tools": (
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": SCHEMA, "strict": True}}]},
        {"tools": [{"type": "function", "name": "f", "parameters": SCHEMA, "strict": True}]},
    ),
    "a_function_without_parameters": (
        {"functions": [{"name": "f", "strict": None}]},
        {
            "tools": [
                {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}
            ]
        },
    ),
    "functions": (
        {"functions": [FUNCTION], "function_call": {"name": "f"}, "parallel_tool_calls": False},
        {"tools": [FLAT], "tool_choice": {"type": "function", "name": "f"}, "parallel_tool_calls": False},
    ),
    "functions_and_tools": ({"functions": [FUNCTION], "tools": [TOOL]}, {"tools": [FLAT, FLAT]}),
    "named_choice": (
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"tools": [FLAT], "tool_choice": {"type": "function", "name": "f"}},
    ),
    "allowed_tools": (
        {
            "tools": [TOOL],
            "tool_choice": {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
            },
        },
        {
            "tools": [FLAT],
            "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]},
        },
    ),
    "tools_that_openai_runs": (
        {"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search_preview"}},
        {"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search_preview"}},
    ),
    "a_choice_without_tools": ({"tool_choice": "auto", "parallel_tool_calls": True}, {}),
}


@pytest.mark.parametrize(("config", "sent"), PARAMETERS_SENT.values(), ids=PARAMETERS_SENT.keys())
def test_parameters(config: dict[str, Any], sent: dict[str, Any]) -> None:
    assert wire(**config) == sent


def test_reasoning_is_asked_for_where_a_model_reasons_and_calls() -> None:
    further = {"include": ["web_search_call.results"], "tools": [{"type": "web_search"}]}
    joined = wire(tools=[TOOL], logprobs=True, extra_body=further)
    assert joined == {
        "tools": [FLAT, {"type": "web_search"}],
        "include": ["message.output_text.logprobs", "reasoning.encrypted_content", "web_search_call.results"],
    }
    assert "include" not in json.loads(responses_request(configured(model="gpt-4.1", tools=[TOOL]), stream=False).body)


def test_streams_do_not_ask_for_usage_which_always_comes() -> None:
    assert wire(stream=True) == {"stream": True}
    options = {"include_usage": True, "include_obfuscation": False}
    assert wire(stream=True, stream_options=options)["stream_options"] == {"include_obfuscation": False}
    assert wire(stream_options=options) == {}
    assert wire(extra_body={"stream": True}) == {}


def test_nothing_is_stored_unless_asked_for_as_in_chat_completions() -> None:
    assert json.loads(responses_request(configured(), stream=False).body)["store"] is False


@pytest.mark.parametrize(
    "name",
    ["stop", "seed", "presence_penalty", "frequency_penalty", "logit_bias", "prediction", "web_search_options", "n"],
)
def test_parameters_that_only_chat_completions_has(name: str) -> None:
    error = refused(**{name: {"a": 5} if name in ("logit_bias", "prediction", "web_search_options") else 5})
    assert (error.code, error.details["parameters"]) == ("invalid_request", [name])
    assert name in error.detail


def test_all_of_them_are_named_at_once() -> None:
    assert refused(seed=1, temperature=1, stop="x").details["parameters"] == ["seed", "stop"]


SYSTEM = {"role": "system", "content": "Be brief."}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"x": "1"}'}}
FLAT_CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": '{"x": "1"}'}
MESSAGES: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "system_first": ([SYSTEM, *USER], {"instructions": "Be brief.", "input": USER}),
    "developer_first": (
        [{"role": "developer", "content": "Be brief."}, *USER],
        {"instructions": "Be brief.", "input": USER},
    ),
    "system_alone": ([SYSTEM], {"input": [SYSTEM]}),
    "system_later": ([*USER, SYSTEM], {"input": [*USER, SYSTEM]}),
    "two_system_messages": ([SYSTEM, SYSTEM, *USER], {"instructions": "Be brief.", "input": [SYSTEM, *USER]}),
    "system_in_parts": (
        [{"role": "system", "content": [{"type": "text", "text": "Be brief."}]}, *USER],
        {"input": [{"role": "system", "content": [{"type": "input_text", "text": "Be brief."}]}, *USER]},
    ),
    "parts": (
        [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?", "prompt_cache_breakpoint": {"mode": "explicit"}},
                    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}},
                    {"type": "file", "file": {"file_id": "file-1"}},
                    {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="}},
                ],
            }
        ],
        {
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "What is it?", "prompt_cache_breakpoint": {"mode": "explicit"}},
                        {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"},
                        {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"},
                        {"type": "input_file", "file_id": "file-1"},
                        {
                            "type": "input_file",
                            "filename": "a.pdf",
                            "file_data": "data:application/pdf;base64,AA==",
                        },
                    ],
                }
            ]
        },
    ),
    "assistant": (
        [
            *USER,
            {"role": "assistant", "content": "Hello."},
            {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}]},
            {"role": "assistant", "content": None, "refusal": "No."},
            {"role": "assistant", "content": None},
            *USER,
        ],
        {
            "input": [
                *USER,
                {"role": "assistant", "content": "Hello."},
                {"role": "assistant", "content": "ab"},
                {"role": "assistant", "content": "No."},
                *USER,
            ]
        },
    ),
    "tool_calls": (
        [
            *USER,
            {"role": "assistant", "content": "Let me see.", "tool_calls": [CALL, {**CALL, "id": "call_2"}]},
            {"role": "tool", "tool_call_id": "call_1", "content": "42"},
            {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "43"}]},
        ],
        {
            "input": [
                *USER,
                {"role": "assistant", "content": "Let me see."},
                FLAT_CALL,
                {**FLAT_CALL, "call_id": "call_2"},
                {"type": "function_call_output", "call_id": "call_1", "output": "42"},
                {"type": "function_call_output", "call_id": "call_2", "output": "43"},
            ]
        },
    ),
    "deprecated_function_calls": (
        [
            *USER,
            {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "42"},
            {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "43"},
        ],
        {
            "input": [
                *USER,
                {"type": "function_call", "call_id": "call_0", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_0", "output": "42"},
                {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_1", "output": "43"},
            ]
        },
    ),
}


@pytest.mark.parametrize(("messages", "sent"), MESSAGES.values(), ids=MESSAGES.keys())
def test_messages(messages: list[Any], sent: dict[str, Any]) -> None:
    assert wire(messages=messages) == sent


REFUSED_MESSAGES: dict[str, tuple[dict[str, Any], str]] = {
    "audio": ({"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, "messages[1].content"),
    "name": ({"role": "user", "name": "Ann", "content": "x"}, "messages[1].name"),
    "audio_of_the_model": ({"role": "assistant", "content": None, "audio": {"id": "a"}}, "messages[1].audio"),
    "role": ({"role": "narrator", "content": "x"}, "messages[1].role"),
    "custom_call": (
        {"role": "assistant", "tool_calls": [CALL, {"id": "c", "type": "custom", "custom": {}}]},
        "messages[1].tool_calls[1]",
    ),
    "sound_from_a_tool": (
        {"role": "tool", "tool_call_id": "c", "content": [{"type": "input_audio"}]},
        "messages[1].content",
    ),
    "unasked_answer": ({"role": "function", "name": "g", "content": "42"}, "messages[1].name"),
}


@pytest.mark.parametrize(("message", "parameter"), REFUSED_MESSAGES.values(), ids=REFUSED_MESSAGES.keys())
def test_messages_that_the_responses_api_does_not_have(message: dict[str, Any], parameter: str) -> None:
    error = refused(messages=[*USER, message])
    assert (error.code, error.details["parameter"]) == ("invalid_request", parameter)


@pytest.mark.parametrize("messages", [[], None, [{"role": "user", "content": [{"type": "text", "text": object()}]}]])
def test_what_cannot_be_sent(messages: Any) -> None:
    assert refused(messages=messages).code == "invalid_request"


def test_json_mode_keeps_the_word_in_the_input() -> None:
    assert refused(response_format="json_object").code == "json_mode_requires_json_word"
    messages = [{"role": "system", "content": "Answer as JSON."}, *USER]
    sent = wire(messages=messages, response_format="json_object")
    assert sent == {"input": messages, "text": {"format": {"type": "json_object"}}}


@pytest.mark.parametrize("response_format", [None, "text", "json_object", {"type": "json_schema", "json_schema": {}}])
def test_both_apis_expect_json_for_the_same_configs(response_format: Any) -> None:
    config = configured(messages=[{"role": "user", "content": "JSON"}], response_format=response_format)
    chat, responses = responses_request(config, stream=False), responses_request(config, stream=False)
    assert (chat.expects_json, chat.messages) == (responses.expects_json, responses.messages)


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"model": "gpt-4o", "functions": [FUNCTION]}, "function_call"),
        ({"model": "gpt-4o", "tools": [TOOL]}, "tool_calls"),
        ({"model": "gpt-4o", "functions": [FUNCTION], "tools": [TOOL]}, "tool_calls"),
        ({"functions": [FUNCTION]}, "tool_calls"),
    ],
)
def test_calls_end_as_they_would_in_chat_completions(config: dict[str, Any], name: str) -> None:
    assert responses_request(configured(**config), stream=False).calls_end_as == name


AUTO: list[tuple[dict[str, Any], str]] = [
    ({}, "chat"),
    ({"model": "gpt-4o", "tools": [TOOL]}, "chat"),
    ({"model": "gpt-5", "tools": [TOOL], "reasoning_effort": "high"}, "chat"),
    ({"model": "gpt-5.2", "tools": [TOOL], "reasoning_effort": "high"}, "chat"),
    ({"model": "gpt-5.4", "reasoning_effort": "high"}, "chat"),
    ({"model": "gpt-5.4", "tools": [TOOL]}, "chat"),
    ({"model": "gpt-5.4", "tools": [TOOL], "reasoning_effort": "none"}, "chat"),
    ({"model": "gpt-5.4", "tools": [TOOL], "reasoning_effort": "low"}, "responses"),
    ({"model": "gpt-5.4", "functions": [FUNCTION], "reasoning_effort": "low"}, "responses"),
    ({"model": "gpt-5.5", "tools": [TOOL]}, "responses"),
    ({"model": "gpt-6.2-sol", "tools": [TOOL]}, "responses"),
    ({"model": "gpt-6.1-terra", "tools": [TOOL], "reasoning_effort": "none"}, "chat"),
    ({"model": "ft:gpt-5.6-sol:acme::x", "functions": [FUNCTION]}, "responses"),
    ({"model": "gpt-5-pro"}, "responses"),
    ({"model": "o3-pro-2025-06-10"}, "responses"),
    ({"model": "gpt-5.1-codex-max"}, "responses"),
    ({"model": "llama-4", "tools": [TOOL], "reasoning_effort": "low"}, "chat"),
    ({"model": "ours", "base_model": "gpt-5-pro"}, "responses"),
    ({"model": "ours", "base_model": "gpt-5.5", "tools": [TOOL]}, "responses"),
    ({"model": "gpt-5-pro", "base_model": "gpt-4o", "tools": [TOOL]}, "chat"),
]


@pytest.mark.parametrize(("config", "api"), AUTO)
def test_auto_takes_the_api_that_takes_the_request(config: dict[str, Any], api: str) -> None:
    assert OPENAI.api_for(configured(**config, api="auto")).name == api


def test_the_api_can_be_named_and_is_chat_completions_otherwise() -> None:
    assert OPENAI.api_for(configured(model="gpt-5-pro")).name == "chat"
    assert OPENAI.api_for(configured(model="gpt-5-pro", api="chat")).name == "chat"
    assert OPENAI.api_for(configured(api="responses")).name == "responses"
    assert "api" not in json.loads(chat_request(configured(api="chat"), stream=False).body)
