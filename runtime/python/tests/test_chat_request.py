"""What goes over the wire for a node's config, checked against OpenAI's published schema where it has one."""

import json
from typing import Any

import pytest

from app.llm.calls import call_ids
from app.llm.parts import OPENAI
from app.llm.providers.openai import base_model, is_reasoning_model
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.errors import ServiceError
from tests.decoders import chat_request

USER: Any = [{"role": "user", "content": "Say hello."}]
FUNCTION: Any = {"name": "f", "parameters": {"type": "object", "properties": {}}}
TOOL = {"type": "function", "function": FUNCTION}


def wire(stream: bool = False, **config: Any) -> dict[str, Any]:
    """The body without model and messages."""
    whole: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": USER, **config}  # pyright: ignore[reportAssignmentType]
    body = json.loads(chat_request(whole, stream=stream).body)
    assert body.pop("messages") == whole.get("messages")
    assert body.pop("model") == whole["model"]
    return body


REASONING = ["o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5.4-mini", "gpt-6.2-sol", "gpt-10", "ft:gpt-5:a::b"]
OTHER = [
    "gpt-4o",
    "gpt-4.1",
    "gpt-35-turbo",
    "gpt-4-turbo-preview",
    "ft:gpt-4o-mini:acme::x",
    "llama-4",
    "gpt-oss-120b",
]


@pytest.mark.parametrize("model", REASONING)
def test_reasoning_models_get_max_completion_tokens(model: str) -> None:
    assert is_reasoning_model(model)
    assert wire(model=model, max_tokens=5) == {"max_completion_tokens": 5}


@pytest.mark.parametrize("model", OTHER)
def test_other_models_get_max_tokens(model: str) -> None:
    assert wire(model=model, max_tokens=5) == {"max_tokens": 5}


def test_a_deployment_goes_by_its_base_model() -> None:
    assert wire(model="ours", base_model="gpt-5.4", max_tokens=5) == {"max_completion_tokens": 5}
    assert wire(model="gpt-5.4", base_model="gpt-4o", max_tokens=5) == {"max_tokens": 5}
    assert wire(model="ours", base_model="gpt-4o", functions=[FUNCTION]) == {"functions": [FUNCTION]}
    assert wire(model="ours", base_model="gpt-5.4", functions=[FUNCTION]) == {"tools": [TOOL]}


@pytest.mark.parametrize(
    "model", ["gpt-3.5-turbo", "gpt-4", "gpt-4o-mini", "gpt-35-turbo-16k", "ft:gpt-4o:a::b", "openai/gpt-4o"]
)
def test_functions_as_functions(model: str) -> None:
    assert OPENAI.takes_functions(model)
    config: dict[str, Any] = {
        "model": model,
        "functions": [FUNCTION],
        "function_call": {"name": "f"},
        "parallel_tool_calls": True,
    }
    assert wire(**config) == {"functions": [FUNCTION], "function_call": {"name": "f"}}
    assert wire(model=model, functions=[]) == {}


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "o3", "llama-4", "gpt-6-sol"])
def test_functions_as_tools(model: str) -> None:
    sent = wire(model=model, functions=[FUNCTION], function_call={"name": "f"}, parallel_tool_calls=False)
    assert sent == {
        "tools": [TOOL],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "parallel_tool_calls": False,
    }
    assert wire(model=model, functions=[FUNCTION], function_call="none")["tool_choice"] == "none"


def test_tools_and_functions_together_are_tools() -> None:
    sent = wire(model="gpt-4o", functions=[FUNCTION], tools=[TOOL], tool_choice="required")
    assert sent == {"tools": [TOOL, TOOL], "tool_choice": "required"}


def test_a_choice_without_tools_is_not_sent() -> None:
    assert wire(tool_choice="auto", function_call="auto", parallel_tool_calls=True) == {}


def test_response_formats() -> None:
    assert wire(response_format="text") == {}
    said: Any = [{"role": "user", "content": [{"type": "text", "text": "As Json, please."}]}]
    assert wire(response_format="json_object", messages=said) == {"response_format": {"type": "json_object"}}
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
    assert wire(response_format=schema) == {"response_format": schema}


@pytest.mark.parametrize("response_format", ["json_object", {"type": "json_object"}])
def test_json_mode_needs_the_word(response_format: Any) -> None:
    with pytest.raises(ServiceError) as caught:
        wire(response_format=response_format)
    assert caught.value.code == "json_mode_requires_json_word"


def test_streams_ask_for_usage() -> None:
    assert wire(stream=True) == {"stream": True, "stream_options": {"include_usage": True}}
    options = {"include_obfuscation": False}
    assert wire(stream=True, stream_options=options)["stream_options"] == {**options, "include_usage": True}
    assert wire(stream_options=options) == {}


def test_the_rest_goes_by_its_wire_name_and_none_is_left_out() -> None:
    sent = wire(temperature=0.2, stop=["x"], seed=1, top_p=None, reasoning_effort="low", timeout=3.0, max_retries=1)
    assert sent == {"temperature": 0.2, "stop": ["x"], "seed": 1, "reasoning_effort": "low"}


def test_null_among_the_further_parameters_leaves_one_out() -> None:
    further = {"stream_options": None, "temperature": None, "seed": 3, "store": None}
    assert wire(stream=True, temperature=0.2, seed=1, extra_body=further) == {"stream": True, "seed": 3}


@pytest.mark.parametrize("given", [{"n": 2}, {"extra_body": {"n": 3}}])
def test_several_answers_are_refused_before_they_are_paid_for(given: Any) -> None:
    with pytest.raises(ServiceError) as caught:
        wire(**given)
    assert caught.value.code == "invalid_request"
    assert wire(n=1) == {"n": 1}


@pytest.mark.parametrize("messages", [[], None, [{"role": "user", "content": object()}]])
def test_what_cannot_be_sent(messages: Any) -> None:
    with pytest.raises(ServiceError) as caught:
        wire(messages=messages)
    assert caught.value.code == "invalid_request"


def test_names_of_models() -> None:
    assert base_model(" FT:GPT-4o:acme::id ") == "gpt-4o"


def test_calls_that_are_written_in_their_own_way_are_left_to_the_server() -> None:
    messages: list[Any] = [*USER, {"role": "assistant", "tool_calls": 5}, {"role": "assistant", "tool_calls": [7, {}]}]
    asked: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": messages}
    assert not call_ids(chat_request(asked, stream=False).messages)
