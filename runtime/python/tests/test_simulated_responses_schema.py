"""What the Responses API of the simulated OpenAI sends fits OpenAI's published schema, whole and as events."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.openai_schema import check
from tests.response_events import named_events
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation, simulate

GET_ORDER: dict[str, Any] = {
    "type": "function",
    "name": "get_order",
    "description": "Finds an order by its number.",
    "parameters": {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}},
    "strict": False,
}
SCHEMA = {
    "type": "object",
    "required": ["city"],
    "additionalProperties": False,
    "properties": {"city": {"type": "string"}},
}
IMAGE = {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "auto"}
REQUESTS: dict[str, dict[str, Any]] = {
    "text": {},
    "instructions": {"instructions": "Be brief.", "metadata": {"a": "b"}, "user": "u", "safety_identifier": "s"},
    "messages": {
        "input": [
            {"role": "developer", "content": "Speak JSON."},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "What is this?"}, IMAGE]},
        ]
    },
    "JSON mode": {"text": {"format": {"type": "json_object"}}},
    "JSON schema": {"text": {"format": {"type": "json_schema", "name": "a", "schema": SCHEMA, "strict": True}}},
    "log probabilities": {"include": ["message.output_text.logprobs"], "top_logprobs": 2},
    "cut": {"max_output_tokens": 16},
    "tools": {"tools": [GET_ORDER], "parallel_tool_calls": False},
    "named tool": {"tools": [GET_ORDER], "tool_choice": {"type": "function", "name": "get_order"}},
    "allowed tools": {
        "tools": [GET_ORDER],
        "tool_choice": {
            "type": "allowed_tools",
            "mode": "required",
            "tools": [{"type": "function", "name": "get_order"}],
        },
    },
    "reasoning": {
        "model": "gpt-5.4",
        "reasoning": {"effort": "low", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
        "tools": [GET_ORDER],
        "text": {"verbosity": "low"},
    },
    "cut while reasoning": {"model": "gpt-5-mini", "max_output_tokens": 20},
}


@pytest.fixture(scope="module")
def simulation() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.fixture
def http(simulation: RunningSimulation) -> Iterator[httpx2.Client]:
    headers = {"authorization": "Bearer sk-test"}
    with httpx2.Client(base_url=simulation.base_url, headers=headers, trust_env=False) as client:
        yield client


def _body(request: str, **more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o-mini", "input": "Where is order A-1042? Answer in JSON.", **REQUESTS[request], **more}


def _events(response: httpx2.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    found = named_events(response.content)
    assert all(name == data["type"] for name, data in found)
    return [data for _, data in found]


@pytest.mark.parametrize("request_name", REQUESTS)
def test_whole_answers(http: httpx2.Client, request_name: str) -> None:
    body = _body(request_name)
    check("CreateResponse", body)
    response = http.post("/responses", json=body)
    assert response.status_code == 200, response.text
    check("Response", response.json())
    assert response.json()["usage"]["total_tokens"] > 0


@pytest.mark.parametrize("request_name", REQUESTS)
def test_events(http: httpx2.Client, request_name: str) -> None:
    events = _events(http.post("/responses", json=_body(request_name, stream=True)))
    for event in events:
        # OpenAI documents the padding with `stream_options`; the schema of the events does not have it.
        check("ResponseStreamEvent", {key: value for key, value in event.items() if key != "obfuscation"})
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events[:2]] == ["response.created", "response.in_progress"]
    last = events[-1]
    assert last["type"] == f"response.{last['response']['status']}"


@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_stream_says_the_same_as_a_whole_answer(http: httpx2.Client, request_name: str) -> None:
    whole = http.post("/responses", json=_body(request_name)).json()
    events = _events(http.post("/responses", json=_body(request_name, stream=True)))
    streamed = events[-1]["response"]
    for one, other in zip(whole["output"], streamed["output"], strict=True):
        assert _content(one) == _content(other)
    assert (whole["usage"], whole["status"]) == (streamed["usage"], streamed["status"])
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert done == streamed["output"]
    for index, item in enumerate(streamed["output"]):
        deltas = [event["delta"] for event in events if event.get("output_index") == index and "delta" in event]
        assert "".join(deltas) == _said(item)
        assert len(deltas) > 3 or not deltas


def _content(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in {"id", "call_id", "encrypted_content"}}


def _said(item: dict[str, Any]) -> str:
    match item["type"]:
        case "message":
            return item["content"][0]["text"]
        case "function_call":
            return item["arguments"]
        case _:
            return "".join(part["text"] for part in item["summary"])


def test_the_order_of_events(http: httpx2.Client) -> None:
    def order(request_name: str) -> list[str]:
        events = _events(http.post("/responses", json=_body(request_name, stream=True)))
        return list(dict.fromkeys(event["type"].removeprefix("response.") for event in events))

    assert order("text") == [
        "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta", "output_text.done",
        "content_part.done", "output_item.done", "completed",
    ]  # fmt: skip
    assert order("tools") == [
        "created", "in_progress", "output_item.added", "function_call_arguments.delta", "function_call_arguments.done",
        "output_item.done", "completed",
    ]  # fmt: skip
    assert order("reasoning")[:7] == [
        "created", "in_progress", "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
        "reasoning_summary_text.done", "reasoning_summary_part.done",
    ]  # fmt: skip
    assert order("cut")[-1] == "incomplete"


def test_obfuscation_is_on_unless_switched_off(http: httpx2.Client) -> None:
    off = {"include_obfuscation": False}
    padded = _events(http.post("/responses", json=_body("text", stream=True)))
    plain = _events(http.post("/responses", json=_body("text", stream=True, stream_options=off)))
    assert all(("obfuscation" in event) == event["type"].endswith(".delta") for event in padded)
    assert not any("obfuscation" in event for event in plain)


@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal(http: httpx2.Client, simulation: RunningSimulation, stream: bool) -> None:
    simulation.settings.answers.append(Answer(refusal="I cannot help with that."))
    response = http.post("/responses", json=_body("text", stream=stream))
    events = _events(response) if stream else []
    for event in events:
        check("ResponseStreamEvent", {key: value for key, value in event.items() if key != "obfuscation"})
    answer = events[-1]["response"] if stream else response.json()
    check("Response", answer)
    assert answer["output"][0]["content"] == [{"type": "refusal", "refusal": "I cannot help with that."}]
    if stream:
        deltas = [event["delta"] for event in events if event["type"] == "response.refusal.delta"]
        assert "".join(deltas) == "I cannot help with that."


@pytest.mark.parametrize(
    ("fault", "status"),
    [("length", "incomplete"), ("content_filter", "incomplete"), ("failed_server_error", "failed"),
     ("failed_rate_limit", "failed"), ("finish_reason_error", "failed"), ("no_content", "completed")],
)  # fmt: skip
@pytest.mark.parametrize("stream", [True, False])
def test_other_ends(http: httpx2.Client, fault: str, status: str, stream: bool) -> None:
    response = http.post("/responses", json=_body("text", stream=stream), headers={"x-simulated-fault": fault})
    events = _events(response) if stream else []
    for event in events:
        check("ResponseStreamEvent", {key: value for key, value in event.items() if key != "obfuscation"})
    answer = events[-1]["response"] if stream else response.json()
    check("Response", answer)
    assert answer["status"] == status
    assert (answer["incomplete_details"] is not None) == (status == "incomplete")
    assert (answer["error"] is not None) == (status == "failed")


def test_an_error_event(http: httpx2.Client) -> None:
    headers = {"x-simulated-fault": "error_event"}
    *_, last = _events(http.post("/responses", json=_body("text", stream=True), headers=headers))
    check("ResponseStreamEvent", last)
    assert last["type"] == "error"


@pytest.mark.parametrize("body", ["{", "[]", "{}", json.dumps({"model": "gpt-4o"}), json.dumps({"model": "gpt-9"})])
def test_errors(http: httpx2.Client, body: str) -> None:
    response = http.post("/responses", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {400, 404}
    check("ErrorResponse", response.json())


def test_only_post(http: httpx2.Client) -> None:
    assert http.get("/responses").status_code == 405
