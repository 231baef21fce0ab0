"""What the simulated OpenAI refuses, with OpenAI's status, code, param and wording."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.openai_schema import check
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.testing import RunningSimulation, simulate

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
JSON_SCHEMA: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def _tool(name: Any = "get_order", parameters: Any = None, **more: Any) -> dict[str, Any]:
    function: dict[str, Any] = {"name": name, "parameters": parameters or {"type": "object", "properties": {}}, **more}
    return {"type": "function", "function": function}


def _call(call_id: str = "call_1") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "get_order", "arguments": "{}"}}


def _format(schema: Any, strict: bool = True, name: str = "answer") -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": strict}}


def _strict(**more: Any) -> dict[str, Any]:
    return {**JSON_SCHEMA, "properties": {"a": {"type": "string"}}, "required": ["a"], **more}


# What is sent besides a model and messages, then status, code, param and a part of the message.
REFUSALS: list[tuple[dict[str, Any], int, str | None, str | None, str]] = [
    ({"model": None}, 400, None, None, "you must provide a model parameter"),
    ({"model": ""}, 400, None, None, "you must provide a model parameter"),
    ({"model": 4}, 400, "invalid_type", "model", "expected a string"),
    ({"model": "my-deployment"}, 404, "model_not_found", None, "The model `my-deployment` does not exist"),
    ({"model": "gpt-5.1-mini"}, 404, "model_not_found", None, "does not exist"),
    ({"model": "ft:gpt-9:acme::1"}, 404, "model_not_found", None, "does not exist"),
    ({"model": "gpt-4-turbo-preview"}, 404, "model_not_found", None, "has been deprecated"),
    ({"model": "gpt-5.2-pro"}, 404, None, "model", "only supported in v1/responses"),
    ({"messages": None}, 400, "missing_required_parameter", "messages", "'messages'"),
    ({"messages": []}, 400, "empty_array", "messages", "minimum length 1"),
    ({"messages": "Hello"}, 400, "invalid_type", "messages", "expected an array of objects, but got a string"),
    ({"messages": ["Hello"]}, 400, "invalid_type", "messages[0]", "expected an object, but got a string"),
    ({"messages": [{"content": "a"}]}, 400, "missing_required_parameter", "messages[0].role", "role"),
    ({"messages": [{"role": "bot", "content": "a"}]}, 400, "invalid_value", "messages[0].role", "Invalid value: 'bot'"),
    ({"messages": [{"role": "user"}]}, 400, "missing_required_parameter", "messages[0].content", "content"),
    ({"messages": [{"role": "user", "content": None}]}, 400, None, "messages.[0].content", "got null"),
    ({"messages": [{"role": "user", "content": 5}]}, 400, "invalid_type", "messages[0].content", "got an integer"),
    ({"messages": [{**HELLO[0], "id": 1}]}, 400, "unknown_parameter", "messages[0].id", "messages[0].id"),
    (
        {"messages": [{"role": "user", "content": [{"type": "picture"}]}]},
        400, "invalid_value", "messages[0].content[0].type", "'picture'",
    ),
    ({"temprature": 1}, 400, "unknown_parameter", "temprature", "Unknown parameter: 'temprature'."),
    ({"temperature": 2.5}, 400, "decimal_above_max_value", "temperature", "<= 2, but got 2.5"),
    ({"temperature": -1}, 400, "decimal_below_min_value", "temperature", ">= 0, but got -1"),
    ({"temperature": "hot"}, 400, "invalid_type", "temperature", "expected a decimal, but got a string instead"),
    ({"temperature": True}, 400, "invalid_type", "temperature", "got a boolean"),
    ({"top_p": 1.5}, 400, "decimal_above_max_value", "top_p", "<= 1"),
    ({"presence_penalty": 3}, 400, "decimal_above_max_value", "presence_penalty", "<= 2"),
    ({"frequency_penalty": -3}, 400, "decimal_below_min_value", "frequency_penalty", ">= -2"),
    ({"n": 0}, 400, "integer_below_min_value", "n", ">= 1"),
    ({"n": 129}, 400, "integer_above_max_value", "n", "<= 128"),
    ({"n": 1.5}, 400, "invalid_type", "n", "expected an integer, but got a decimal"),
    ({"max_tokens": 0}, 400, "integer_below_min_value", "max_tokens", ">= 1"),
    ({"max_tokens": 20_000}, 400, "invalid_value", "max_tokens", "at most 16384 completion tokens"),
    ({"max_tokens": 5, "max_completion_tokens": 5}, 400, None, "max_tokens", "at the same time"),
    ({"stop": ["a", "b", "c", "d", "e"]}, 400, "array_above_max_length", "stop", "maximum length 4"),
    ({"stream": "yes"}, 400, "invalid_type", "stream", "expected a boolean"),
    ({"stream_options": {"include_usage": True}}, 400, None, "stream_options", "only allowed when 'stream' is enabled"),
    (
        {"stream": True, "stream_options": {"usage": True}},
        400, "unknown_parameter", "stream_options.usage", "stream_options.usage",
    ),
    ({"top_logprobs": 2}, 400, None, "top_logprobs", "only allowed when 'logprobs' is enabled"),
    ({"logprobs": True, "top_logprobs": 21}, 400, "integer_above_max_value", "top_logprobs", "<= 20"),
    ({"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a", "expected a string"),
    ({"reasoning_effort": "low"}, 400, None, None, "reasoning_effort"),
    # Reasoning models
    ({"model": "o3", "max_tokens": 9}, 400, "unsupported_parameter", "max_tokens", "Use 'max_completion_tokens' inst"),
    ({"model": "gpt-5.4", "max_tokens": 9}, 400, "unsupported_parameter", "max_tokens", "max_completion_tokens"),
    ({"model": "gpt-5", "temperature": 0.7}, 400, "unsupported_value", "temperature", "Only the default (1) value"),
    ({"model": "gpt-5", "top_p": 0.5}, 400, "unsupported_parameter", "top_p", "not supported with this model"),
    ({"model": "gpt-5", "logprobs": True}, 400, "unsupported_parameter", "logprobs", "not supported"),
    ({"model": "gpt-5", "stop": "x"}, 400, "unsupported_parameter", "stop", "not supported"),
    (
        {"model": "gpt-5.4", "temperature": 0.2, "reasoning_effort": "high"},
        400, "unsupported_value", "temperature", "does not support 0.2",
    ),
    (
        {"model": "gpt-5", "reasoning_effort": "none"},
        400, "unsupported_value", "reasoning_effort", "'minimal', 'low', 'medium', and 'high'",
    ),
    (
        {"model": "gpt-5.4", "reasoning_effort": "low", "tools": [_tool()]},
        400, None, "reasoning_effort", "not supported for gpt-5.4 in /v1/chat/completions. Please use /v1/responses",
    ),
    ({"model": "gpt-5.6-sol", "tools": [_tool()]}, 400, None, "reasoning_effort", "or set reasoning_effort to 'none'"),
    # Formats
    ({"response_format": "json"}, 400, "invalid_type", "response_format", "expected an object"),
    ({"response_format": {"type": "xml"}}, 400, "invalid_value", "response_format.type", "'xml'"),
    ({"response_format": {"type": "json_object"}}, 400, None, "messages", "must contain the word 'json'"),
    (
        {"response_format": {"type": "json_schema"}},
        400, "missing_required_parameter", "response_format.json_schema", "json_schema",
    ),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"schema": JSON_SCHEMA}}},
        400, "missing_required_parameter", "response_format.json_schema.name", "name",
    ),
    (
        {"response_format": _format(JSON_SCHEMA, name="no spaces")},
        400, "invalid_value", "response_format.json_schema.name", "does not match pattern",
    ),
    ({"response_format": _format({"type": "array"})}, 400, None, "response_format", "got 'type: \"array\"'"),
    (
        {"response_format": _format({"type": "object", "properties": {}})},
        400, None, "response_format", "'additionalProperties' is required to be supplied and to be false",
    ),
    ({"response_format": _format(_strict(required=[]))}, 400, None, "response_format", "Missing 'a'"),
    ({"response_format": _format(_strict(required=["a", "b"]))}, 400, None, "response_format", "Extra required key"),
    (
        {"response_format": _format(_strict(properties={"a": {"type": "string", "contentEncoding": "base64"}}))},
        400, None, "response_format", "In context=('properties', 'a'), 'contentEncoding' is not permitted",
    ),
    (
        {"response_format": _format(_strict(properties={"a": {"type": "text"}}), strict=False)},
        400, None, "response_format", "'text' is not valid",
    ),
    # Functions and tools
    ({"tools": []}, 400, "empty_array", "tools", "minimum length 1"),
    ({"tools": [{"function": {"name": "a"}}]}, 400, "missing_required_parameter", "tools[0].type", "tools[0].type"),
    ({"tools": [{"type": "function"}]}, 400, "missing_required_parameter", "tools[0].function", "function"),
    ({"tools": [_tool("get order")]}, 400, "invalid_value", "tools[0].function.name", "does not match pattern"),
    ({"tools": [_tool("a" * 65)]}, 400, "string_above_max_length", "tools[0].function.name", "maximum length 64"),
    ({"tools": [_tool("")]}, 400, "empty_string", "tools[0].function.name", "minimum length 1"),
    ({"tools": [_tool(more=1)]}, 400, "unknown_parameter", "tools[0].function.more", "more"),
    (
        {"tools": [_tool(parameters={"type": "array", "items": {}})]},
        400, "invalid_function_parameters", "tools[0].function.parameters", "Invalid schema for function 'get_order'",
    ),
    (
        {"tools": [_tool(parameters={"type": "object", "properties": {"a": {"type": "array"}}})]},
        400, "invalid_function_parameters", "tools[0].function.parameters", "array schema missing items",
    ),
    (
        {"tools": [_tool(parameters=_strict(required=[]), strict=True)]},
        400, "invalid_function_parameters", "tools[0].function.parameters", "Missing 'a'",
    ),
    (
        {"tools": [_tool(parameters={"type": "object", "anyOf": [{"type": "object"}]})]},
        400, "invalid_function_parameters", "tools[0].function.parameters", "at the top level",
    ),
    (
        {"tools": [_tool(parameters={"type": "object", "properties": {"a": {"enum": 3}}})]},
        400, "invalid_function_parameters", "tools[0].function.parameters", "3 is not of type 'array'",
    ),
    ({"functions": [{"name": "get.order"}]}, 400, "invalid_value", "functions[0].name", "does not match pattern"),
    ({"functions": []}, 400, "empty_array", "functions", "minimum length 1"),
    ({"functions": [{"name": "a"}], "tools": [_tool()]}, 400, None, None, "cannot be used together"),
    ({"functions": [{"name": "a"}], "function_call": {"name": "b"}}, 400, None, "function_call", "'b'"),
    ({"function_call": "auto"}, 400, None, "function_call", "only allowed when 'functions' are specified"),
    ({"tool_choice": "auto"}, 400, None, "tool_choice", "only allowed when 'tools' are specified"),
    ({"parallel_tool_calls": True}, 400, None, "parallel_tool_calls", "only allowed when 'tools' are specified"),
    ({"tools": [_tool()], "tool_choice": "any"}, 400, "invalid_value", "tool_choice", "'any'"),
    (
        {"tools": [_tool()], "tool_choice": {"type": "function", "function": {"name": "b"}}},
        400, None, "tool_choice", "Tool choice 'b' not found in 'tools' parameter.",
    ),
    (
        {"tools": [_tool()], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"tools": []}}},
        400, "missing_required_parameter", "tool_choice.allowed_tools.mode", "mode",
    ),
    (
        {"tools": [_tool()], "tool_choice": {"type": "allowed_tools", "allowed_tools": {
            "mode": "auto", "tools": [{"type": "function", "function": {"name": "b"}}]}}},
        400, None, "tool_choice", "Tool choice 'b' not found in 'tools' parameter.",
    ),
    (
        {"tools": [_tool()], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "none", "tools": []}}},
        400, "invalid_value", "tool_choice.allowed_tools.mode", "Supported values are: 'auto' and 'required'.",
    ),
    (
        {"model": "o3", "tools": [_tool()], "parallel_tool_calls": False},
        400, "unsupported_parameter", "parallel_tool_calls", "not supported with this model",
    ),
    # Tool messages
    (
        {"messages": [*HELLO, {"role": "tool", "tool_call_id": "call_1", "content": "{}"}]},
        400, None, "messages.[1].role", "must be a response to a preceeding message with 'tool_calls'",
    ),
    (
        {"messages": [*HELLO, {"role": "assistant", "tool_calls": [_call()]}]},
        400, None, "messages.[2].role", "did not have response messages: call_1",
    ),
    (
        {"messages": [*HELLO, {"role": "assistant", "tool_calls": [_call()]}, *HELLO]},
        400, None, "messages.[2].role", "did not have response messages: call_1",
    ),
    (
        {"messages": [*HELLO, {"role": "assistant", "tool_calls": [_call()]},
                      {"role": "tool", "tool_call_id": "call_2", "content": "{}"}]},
        400, None, "messages.[2].tool_call_id", "'call_2' not found",
    ),
    ({"messages": [*HELLO, {"role": "assistant", "tool_calls": []}]}, 400, "empty_array",
     "messages[1].tool_calls", "minimum length 1"),
    ({"messages": [*HELLO, {"role": "function", "content": "1"}]}, 400, "missing_required_parameter",
     "messages[1].name", "name"),
]  # fmt: skip


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    headers = {"authorization": "Bearer sk-test"}
    with simulate() as running, httpx2.Client(base_url=running.base_url, headers=headers, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(("more", "status", "code", "param", "words"), REFUSALS)
def test_refusal(
    http: httpx2.Client, more: dict[str, Any], status: int, code: str | None, param: str | None, words: str
) -> None:
    response = http.post("/chat/completions", json={"model": "gpt-4o", "messages": HELLO, **more})
    assert response.status_code == status, response.text
    check("ErrorResponse", response.json())
    error = response.json()["error"]
    assert words in error["message"]
    assert (error["code"], error["param"], error["type"]) == (code, param, "invalid_request_error")


@pytest.mark.parametrize(
    "more",
    [
        {"temperature": 2},
        {"temperature": None, "stop": None, "tools": None, "response_format": None},
        {"model": "ft:gpt-4o-mini:acme::1"},
        {"model": "gpt-5", "temperature": 1},
        {"model": "gpt-5.4", "temperature": 0.2},
        {"model": "gpt-5.4", "tools": [_tool()]},
        {"model": "gpt-5.4", "tools": [_tool()], "reasoning_effort": "none"},
        {"model": "gpt-5.6-sol", "tools": [_tool()], "reasoning_effort": "none"},
        {"model": "gpt-5-mini", "tools": [_tool()], "reasoning_effort": "high"},
        {"response_format": {"type": "json_object"}, "messages": [{"role": "system", "content": "Speak JSON"}, *HELLO]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}]}]},
        {"messages": [*HELLO, {"role": "assistant", "content": None, "tool_calls": [_call("a"), _call("b")]},
                      {"role": "tool", "tool_call_id": "b", "content": "2"},
                      {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "1"}]}, *HELLO]},
    ],
)  # fmt: skip
def test_what_is_fine(http: httpx2.Client, more: dict[str, Any]) -> None:
    response = http.post("/chat/completions", json={"model": "gpt-4o", "messages": HELLO, **more})
    assert response.status_code == 200, response.text


def test_images_need_a_model_that_sees(http: httpx2.Client) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    body = {"model": "gpt-audio-mini", "messages": [{"role": "user", "content": [image]}]}
    error = http.post("/chat/completions", json=body).json()["error"]
    assert error["message"] == "Invalid content type. image_url is only supported by certain models."
    assert error["param"] == "messages.[0].content.[0].type"


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        ("", None, "You didn't provide an API key."),
        ("Bearer", None, "You didn't provide an API key."),
        ("Bearer sk-invalid-0123456789", "invalid_api_key", "Incorrect API key provided: sk-inval*********6789."),
    ],
)
def test_keys(http: httpx2.Client, header: str, code: str | None, words: str) -> None:
    response = http.post("/chat/completions", json={}, headers={"authorization": header})
    assert response.status_code == 401
    assert response.json()["error"]["code"] == code
    assert words in response.json()["error"]["message"]


@pytest.fixture
def small_window() -> Iterator[RunningSimulation]:
    with simulate(Settings(context_window=40)) as running:
        yield running


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"messages": [{"role": "user", "content": "word " * 100}]}, "However, your messages resulted in 108 tokens."),
        ({"max_tokens": 35}, "you requested 43 tokens (8 in the messages, and 35 in the completion)."),
        ({"max_tokens": 35}, "Please reduce the length of the messages or completion."),
        ({"tools": [_tool(description="word " * 50)]}, "Please reduce the length of the messages or functions."),
        (
            {"model": "gpt-5.4", "messages": [{"role": "user", "content": "word " * 100}]},
            "Input tokens exceed the configured limit of 40 tokens. Your messages resulted in 108 tokens.",
        ),
    ],
)  # fmt: skip
def test_context_window(small_window: RunningSimulation, more: dict[str, Any], words: str) -> None:
    body = {"model": "gpt-4o", "messages": HELLO, **more}
    headers = {"authorization": "Bearer sk-test"}
    with httpx2.Client(base_url=small_window.base_url, headers=headers, trust_env=False) as client:
        error = client.post("/chat/completions", json=body).json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert error["param"] == "messages"
    assert words in error["message"]


def test_retired_models_can_be_let_in() -> None:
    body = {"model": "gpt-4-turbo-preview", "messages": HELLO}
    headers = {"authorization": "Bearer sk-test"}
    with (
        simulate(Settings(accept_retired_models=True)) as running,
        httpx2.Client(base_url=running.base_url, headers=headers, trust_env=False) as client,
    ):
        assert client.post("/chat/completions", json=body).status_code == 200
        assert "gpt-4-turbo-preview" in {model["id"] for model in client.get("/models").json()["data"]}


def test_unknown_models_can_be_let_in() -> None:
    body = {"model": "our-own-model", "messages": HELLO, "temperature": 0.5}
    headers = {"authorization": "Bearer sk-test"}
    with (
        simulate(Settings(accept_unknown_models=True)) as running,
        httpx2.Client(base_url=running.base_url, headers=headers, trust_env=False) as client,
    ):
        answer = client.post("/chat/completions", json=body)
        assert (answer.status_code, answer.json()["model"]) == (200, "our-own-model")
        assert client.post("/responses", json={"model": "our-own-model", "input": "Hello"}).status_code == 200
