"""What the Responses API of the simulated OpenAI refuses, with OpenAI's status, code, param and wording."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.openai_schema import check
from tests.simulated_providers.apis.responses.items import encrypted_reasoning
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.testing import simulate

CALL = {"type": "function_call", "call_id": "call_1", "name": "get_order", "arguments": "{}"}
REASONING: dict[str, Any] = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [],
    "encrypted_content": encrypted_reasoning("rs_1"),
}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "{}"}
STRICT: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}


def _tool(**more: Any) -> dict[str, Any]:
    return {"type": "function", "name": "get_order", "parameters": {"type": "object", "properties": {}}, **more}


def _format(**more: Any) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", "name": "answer", "schema": STRICT, "strict": True, **more}}}


def _user(*parts: Any) -> dict[str, Any]:
    return {"input": [{"role": "user", "content": list(parts)}]}


def _allowed(**more: Any) -> dict[str, Any]:
    return {"tools": [_tool()], "tool_choice": {"type": "allowed_tools", **more}}


# What is sent besides a model and an input, then status, code, param and a part of the message.
REFUSALS: list[tuple[dict[str, Any], int, str | None, str | None, str]] = [
    ({"model": None}, 400, "missing_required_parameter", "model", "Missing required parameter: 'model'."),
    ({"model": 4}, 400, "invalid_type", "model", "expected a string"),
    ({"model": "gpt-9"}, 404, "model_not_found", None, "The model `gpt-9` does not exist"),
    ({"model": "gpt-4-turbo-preview"}, 404, "model_not_found", None, "has been deprecated"),
    ({"model": "gpt-audio-mini"}, 400, "unsupported_model", "model", "not supported with the Responses API"),
    ({"input": None}, 400, "missing_required_parameter", "input", "must be provided"),
    ({"input": []}, 400, "missing_required_parameter", "input", "must be provided"),
    # Parameters
    ({"messages": []}, 400, "unsupported_parameter", None, "this parameter has moved to 'input'"),
    ({"response_format": {}}, 400, "unsupported_parameter", None, "has moved to 'text.format'"),
    ({"max_tokens": 20}, 400, "unsupported_parameter", None, "has moved to 'max_output_tokens'"),
    ({"reasoning_effort": "low"}, 400, "unsupported_parameter", None, "has moved to 'reasoning.effort'"),
    ({"functions": []}, 400, "unknown_parameter", "functions", "Unknown parameter: 'functions'."),
    ({"stop": "x"}, 400, "unknown_parameter", "stop", "Unknown parameter: 'stop'."),
    ({"n": 2}, 400, "unknown_parameter", "n", "Unknown parameter: 'n'."),
    ({"max_output_tokens": 10}, 400, "integer_below_min_value", "max_output_tokens", ">= 16, but got 10 instead"),
    ({"max_output_tokens": 20_000}, 400, "invalid_value", "max_output_tokens", "at most 16384"),
    ({"temperature": 2.5}, 400, "decimal_above_max_value", "temperature", "<= 2, but got 2.5"),
    ({"store": "yes"}, 400, "invalid_type", "store", "expected a boolean"),
    ({"include": ["everything"]}, 400, "invalid_value", "include[0]", "'reasoning.encrypted_content'"),
    ({"include": "everything"}, 400, "invalid_type", "include", "expected an array"),
    ({"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a", "expected a string"),
    ({"truncation": "some"}, 400, "invalid_value", "truncation", "'auto' and 'disabled'"),
    ({"service_tier": "slow"}, 400, "invalid_value", "service_tier", "'slow'"),
    ({"reasoning": {"effort": "hard"}}, 400, "invalid_value", "reasoning.effort", "'hard'"),
    ({"reasoning": {"depth": 1}}, 400, "unknown_parameter", "reasoning.depth", "reasoning.depth"),
    ({"text": {"verbosity": "loud"}}, 400, "invalid_value", "text.verbosity", "'loud'"),
    ({"stream_options": {"include_obfuscation": False}}, 400, None, "stream_options", "when 'stream' is enabled"),
    (
        {"stream": True, "stream_options": {"include_usage": True}},
        400, "unknown_parameter", "stream_options.include_usage", "include_usage",
    ),
    (
        {"previous_response_id": "resp_1"},
        400, "previous_response_not_found", "previous_response_id", "Previous response with id 'resp_1' not found.",
    ),
    ({"conversation": "conv_1"}, 404, None, "conversation", "Conversation with id 'conv_1' not found."),
    ({"conversation": {"id": "conv_1"}}, 404, None, "conversation", "Conversation with id 'conv_1' not found."),
    # By model
    (
        {"model": "gpt-4.1", "include": ["reasoning.encrypted_content"]},
        400, None, "include", "Encrypted content is not supported with this model.",
    ),
    ({"model": "gpt-5", "temperature": 0.2}, 400, None, "temperature", "not supported with this model."),
    ({"model": "gpt-5", "top_p": 0.5}, 400, None, "top_p", "not supported with this model."),
    ({"model": "gpt-5", "top_logprobs": 2}, 400, None, "top_logprobs", "not supported with this model."),
    (
        {"model": "gpt-5", "include": ["message.output_text.logprobs"]},
        400, None, "include", "not supported with this model.",
    ),
    (
        {"model": "gpt-5.4", "temperature": 0.2, "reasoning": {"effort": "low"}},
        400, None, "temperature", "Unsupported parameter: 'temperature'",
    ),
    (
        {"reasoning": {"effort": "low"}},
        400, "unsupported_parameter", "reasoning.effort", "not supported with this model.",
    ),
    (
        {"model": "gpt-5.1", "reasoning": {"effort": "minimal"}},
        400, "unsupported_value", "reasoning.effort",
        "Unsupported value: 'minimal' is not supported with the 'gpt-5.1' model. Supported values are: 'none', 'low',",
    ),
    ({"model": "gpt-5-pro", "reasoning": {"effort": "low"}}, 400, "unsupported_value", "reasoning.effort", "'high'."),
    ({"text": {"verbosity": "low"}}, 400, "unsupported_value", "text.verbosity", "Supported values are: 'medium'."),
    # Formats
    ({"text": {"format": {}}}, 400, "missing_required_parameter", "text.format.type", "text.format.type"),
    ({"text": {"format": {"type": "xml"}}}, 400, "invalid_value", "text.format.type", "'xml'"),
    ({"text": {"format": {"type": "json_object"}}}, 400, None, "input", "must contain the word 'json'"),
    (
        {"text": {"format": {"type": "json_object"}}, "instructions": "Speak JSON"},
        400, None, "input", "to use 'text.format' of type 'json_object'.",
    ),
    (_format(name=None), 400, "missing_required_parameter", "text.format.name", "text.format.name"),
    (_format(name="no spaces"), 400, "invalid_value", "text.format.name", "does not match pattern"),
    (_format(schema=None), 400, "missing_required_parameter", "text.format.schema", "text.format.schema"),
    (_format(json_schema={}), 400, "unknown_parameter", "text.format.json_schema", "json_schema"),
    (_format(schema={**STRICT, "required": []}), 400, "invalid_json_schema", "text.format.schema", "Missing 'a'"),
    ({"model": "gpt-audio-mini", **_format()}, 400, "unsupported_model", "model", "Responses API"),
    # Input
    ({"input": 4}, 400, "invalid_type", "input", "expected one of a string or array of input items"),
    ({"input": ["Hello"]}, 400, "invalid_type", "input[0]", "expected an object, but got a string"),
    ({"input": [{"content": "a"}]}, 400, "missing_required_parameter", "input[0].type", "input[0].type"),
    ({"input": [{"type": "note"}]}, 400, "invalid_value", "input[0]", "'note'"),
    ({"input": [{"role": "user"}]}, 400, "missing_required_parameter", "input[0].content", "input[0].content"),
    ({"input": [{"role": "user", "content": 5}]}, 400, "invalid_type", "input[0].content", "got an integer"),
    (
        {"input": [{"role": "tool", "content": "a"}]},
        400, "invalid_value", "input[0]", "Supported values are: 'assistant', 'system', 'developer', and 'user'.",
    ),
    (
        {"input": [{"role": "assistant", "content": "a", "tool_calls": []}]},
        400, "unknown_parameter", "input[0].tool_calls", "Unknown parameter: 'input[0].tool_calls'.",
    ),
    (_user("Hello"), 400, "invalid_type", "input[0].content[0]", "expected an object"),
    (_user({"text": "a"}), 400, "missing_required_parameter", "input[0].content[0].type", "type"),
    (
        _user({"type": "text", "text": "a"}),
        400, "invalid_value", "input[0].content[0]", "Invalid value: 'text'. Supported values are: 'input_text', ",
    ),
    (
        {"input": [{"role": "assistant", "content": [{"type": "input_text", "text": "a"}]}]},
        400, "invalid_value", "input[0].content[0]",
        "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.",
    ),
    (_user({"type": "input_text"}), 400, "missing_required_parameter", "input[0].content[0].text", "text"),
    (_user({"type": "input_image"}), 400, "missing_required_parameter", "input[0].content[0].image_url", "image"),
    (
        _user({"type": "input_image", "image_url": {"url": "https://a.b/c.png"}}),
        400, "invalid_type", "input[0].content[0].image_url", "expected an image URL, but got an object instead",
    ),
    ({"input": [OUTPUT]}, 400, None, "input", "No tool call found for function call output with call_id call_1."),
    ({"input": [CALL]}, 400, None, "input", "No tool output found for function call call_1."),
    ({"input": [{**CALL, "call_id": None}]}, 400, "missing_required_parameter", "input[0].call_id", "call_id"),
    ({"input": [{**CALL, "arguments": {}}]}, 400, "invalid_type", "input[0].arguments", "expected a string"),
    ({"input": [CALL, {**OUTPUT, "output": 4}]}, 400, "invalid_type", "input[1].output", "got an integer"),
    # Tools
    (
        {"tools": [{"type": "function", "function": {"name": "a"}}]},
        400, "missing_required_parameter", "tools[0].name", "Missing required parameter: 'tools[0].name'.",
    ),
    ({"tools": ["a"]}, 400, "invalid_type", "tools[0]", "expected an object"),
    ({"tools": [{"name": "a"}]}, 400, "missing_required_parameter", "tools[0].type", "tools[0].type"),
    ({"tools": [{"type": "magic"}]}, 400, "invalid_value", "tools[0]", "'magic'"),
    ({"tools": [_tool(name="get order")]}, 400, "invalid_value", "tools[0].name", "does not match pattern"),
    ({"tools": [_tool(more=1)]}, 400, "unknown_parameter", "tools[0].more", "tools[0].more"),
    (
        {"tools": [_tool(parameters={**STRICT, "required": []}, strict=True)]},
        400, "invalid_function_parameters", "tools[0].parameters", "Missing 'a'",
    ),
    ({"tool_choice": "required"}, 400, None, "tool_choice", "must be specified with 'tools' parameter"),
    ({"tools": [_tool()], "tool_choice": "any"}, 400, "invalid_value", "tool_choice", "'any'"),
    (
        {"tools": [_tool()], "tool_choice": {"type": "function", "name": "b"}},
        400, None, "tool_choice", "Tool choice 'b' not found in 'tools' parameter.",
    ),
    (
        {"tools": [_tool()], "tool_choice": {"type": "function", "function": {"name": "b"}}},
        400, "missing_required_parameter", "tool_choice.name", "tool_choice.name",
    ),
    (_allowed(tools=[]), 400, "missing_required_parameter", "tool_choice.mode", "tool_choice.mode"),
    (_allowed(mode="auto"), 400, "missing_required_parameter", "tool_choice.tools", "tool_choice.tools"),
    (
        _allowed(mode="auto", tools=[{"type": "function", "name": "b"}]),
        400, None, "tool_choice", "Tool choice 'b' not found",
    ),
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
    response = http.post("/responses", json={"model": "gpt-4o", "input": "Hello", **more})
    assert response.status_code == status, response.text
    check("ErrorResponse", response.json())
    error = response.json()["error"]
    assert words in error["message"]
    assert (error["code"], error["param"], error["type"]) == (code, param, "invalid_request_error")


ACCEPTED: list[dict[str, Any]] = [
    {"temperature": None, "tools": None, "text": None, "reasoning": None, "include": None, "metadata": None},
    {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True},
    {"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search"}},
    {"tools": [_tool(name="a" * 128)]},
    {"model": "gpt-5", "temperature": 1},
    {"model": "gpt-5.4", "temperature": 0.2},
    {"model": "gpt-5.4", "tools": [_tool()], "reasoning": {"effort": "high"}},
    {"model": "gpt-5.6-sol", "tools": [_tool()], "text": {"verbosity": "high"}},
    {"model": "gpt-5.2-pro"},
    {"model": "gpt-5-codex", "reasoning": {"effort": "low", "summary": "detailed"}},
    {"model": "o3", "tools": [_tool()], "parallel_tool_calls": False},
    {"text": {"format": {"type": "json_object"}}, "input": "In JSON"},
    {"input": [REASONING, {**CALL, "id": "fc_1"}, OUTPUT]},
    {"input": [CALL, {**OUTPUT, "output": [{"type": "input_text", "text": "shipped"}]}]},
    {
        "input": [
            {"role": "assistant", "content": [{"type": "output_text", "text": "Hi", "annotations": []}]},
            {"role": "user", "content": "And now?"},
        ]
    },
    _user({"type": "input_text", "text": "?"}, {"type": "input_image", "image_url": "https://a.b/c.png"}),
]


@pytest.mark.parametrize("more", ACCEPTED)  # fmt: skip
def test_what_is_fine(http: httpx2.Client, more: dict[str, Any]) -> None:
    response = http.post("/responses", json={"model": "gpt-4o", "input": "Hello", **more})
    assert response.status_code == 200, response.text


def test_responses_only_models_are_refused_on_chat(http: httpx2.Client) -> None:
    for model in ("gpt-5.2-pro", "gpt-5-codex", "gpt-5.5-pro", "o3-pro"):
        body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        refused = http.post("/chat/completions", json=body)
        assert refused.status_code == 404
        message = "This model is only supported in v1/responses and not in v1/chat/completions."
        assert refused.json()["error"]["message"] == message
        assert http.post("/responses", json={"model": model, "input": "Hello"}).status_code == 200


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5.4"])
def test_context_window(model: str) -> None:
    headers = {"authorization": "Bearer sk-test"}
    turns = [{"role": "user", "content": "word " * 20}, {"role": "assistant", "content": "word " * 20}]
    body = {"model": model, "input": [*turns, {"role": "user", "content": "And now?"}]}
    with (
        simulate(Settings(context_window=40)) as small,
        httpx2.Client(base_url=small.base_url, headers=headers, trust_env=False) as client,
    ):
        error = client.post("/responses", json=body).json()["error"]
        assert (error["code"], error["param"]) == ("context_length_exceeded", "input")
        assert error["message"].startswith("Your input exceeds the context window of this model.")
        truncated = client.post("/responses", json={**body, "truncation": "auto"}).json()
    assert truncated["usage"]["input_tokens"] <= 40
    assert "And now?" in truncated["output"][-1]["content"][0]["text"]
