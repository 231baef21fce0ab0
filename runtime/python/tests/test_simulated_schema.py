"""Everything the simulated OpenAI sends fits OpenAI's published schema."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.openai_schema import check
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation, simulate

GET_ORDER: dict[str, Any] = {
    "name": "get_order",
    "description": "Finds an order by its number.",
    "parameters": {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}},
}
QUESTION = [{"role": "user", "content": "Where is order A-1042? Answer in JSON."}]
SCHEMA = {
    "type": "object",
    "required": ["city"],
    "additionalProperties": False,
    "properties": {"city": {"type": "string"}},
}
REQUESTS: dict[str, dict[str, Any]] = {
    "text": {},
    "several choices": {"n": 3},
    "log probabilities": {"logprobs": True, "top_logprobs": 2},
    "JSON mode": {"response_format": {"type": "json_object"}},
    "JSON schema": {
        "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA, "strict": True}}
    },
    "cut": {"max_completion_tokens": 5},
    "tools": {"tools": [{"type": "function", "function": GET_ORDER}]},
    "functions": {"functions": [GET_ORDER]},
    "reasoning": {"model": "gpt-5-mini", "reasoning_effort": "low"},
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
    return {"model": "gpt-4o-mini", "messages": QUESTION, **REQUESTS[request], **more}


def _chunks(response: httpx2.Response) -> list[dict[str, Any]]:
    events = response.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    return [json.loads(event.removeprefix("data: ")) for event in events[:-2]]


@pytest.mark.parametrize("request_name", REQUESTS)
def test_whole_answers(http: httpx2.Client, request_name: str) -> None:
    body = _body(request_name)
    check("CreateChatCompletionRequest", body)
    response = http.post("/chat/completions", json=body)
    assert response.status_code == 200, response.text
    check("CreateChatCompletionResponse", response.json())


@pytest.mark.parametrize("usage", [True, False])
@pytest.mark.parametrize("request_name", REQUESTS)
def test_chunks(http: httpx2.Client, request_name: str, usage: bool) -> None:
    options = {"stream_options": {"include_usage": True}} if usage else {}
    response = http.post("/chat/completions", json=_body(request_name, stream=True, **options))
    chunks = _chunks(response)
    for chunk in chunks:
        check("CreateChatCompletionStreamResponse", chunk)
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert all(("usage" in chunk) == usage for chunk in chunks)
    assert [chunk["usage"] is None for chunk in chunks if usage] == [True] * (len(chunks) - 1) * usage + [False] * usage
    assert (chunks[-1]["choices"] == []) == usage
    assert len({chunk["id"] for chunk in chunks}) == 1


@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_stream_says_the_same_as_a_whole_answer(http: httpx2.Client, request_name: str) -> None:
    whole = http.post("/chat/completions", json=_body(request_name)).json()
    options = {"include_usage": True}
    streamed = http.post("/chat/completions", json=_body(request_name, stream=True, stream_options=options))
    chunks = _chunks(streamed)
    for choice in whole["choices"]:
        deltas = [each["delta"] for chunk in chunks for each in chunk["choices"] if each["index"] == choice["index"]]
        assert "".join(delta.get("content") or "" for delta in deltas) == (choice["message"]["content"] or "")
        calls = choice["message"].get("tool_calls", [])
        pieces = [call["function"]["arguments"] for delta in deltas for call in delta.get("tool_calls", [])]
        assert "".join(pieces) == "".join(call["function"]["arguments"] for call in calls)
        assert not pieces or len(pieces) > 3
        call = choice["message"].get("function_call", {"arguments": ""})
        legacy = [delta["function_call"]["arguments"] for delta in deltas if "function_call" in delta]
        assert "".join(legacy) == call["arguments"]
    assert chunks[-1]["usage"] == whole["usage"]


def test_obfuscation_is_on_unless_switched_off(http: httpx2.Client) -> None:
    padded = _chunks(http.post("/chat/completions", json=_body("text", stream=True)))
    plain = _chunks(
        http.post("/chat/completions", json=_body("text", stream=True, stream_options={"include_obfuscation": False}))
    )
    assert all(chunk["obfuscation"] for chunk in padded)
    assert not any("obfuscation" in chunk for chunk in plain)


def test_a_refusal(http: httpx2.Client, simulation: RunningSimulation) -> None:
    for stream in (False, True):
        simulation.settings.answers.append(Answer(refusal="I cannot help with that."))
        response = http.post("/chat/completions", json=_body("text", stream=stream))
        if stream:
            deltas = [chunk["choices"][0]["delta"] for chunk in _chunks(response)]
            assert "".join(delta.get("refusal") or "" for delta in deltas) == "I cannot help with that."
            assert not any(delta.get("content") for delta in deltas)
        else:
            check("CreateChatCompletionResponse", response.json())
            assert response.json()["choices"][0]["message"]["refusal"] == "I cannot help with that."
            assert response.json()["choices"][0]["message"]["content"] is None


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"model":"gpt-4o"}', '{"model":"gpt-9","messages":[]}'])
def test_errors(http: httpx2.Client, body: str) -> None:
    response = http.post("/chat/completions", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {400, 404}
    check("ErrorResponse", response.json())


def test_models(http: httpx2.Client) -> None:
    listed = http.get("/models").json()
    check("ListModelsResponse", listed)
    names = {model["id"] for model in listed["data"]}
    assert {"gpt-5.4-mini", "gpt-6.2-sol"} <= names
    assert "gpt-4-turbo-preview" not in names
    one = http.get("/models/gpt-4o").json()
    check("Model", one)
    assert one["shutdown_date"] == "2027-01-14"
    missing = http.get("/models/gpt-9")
    assert missing.status_code == 404
    check("ErrorResponse", missing.json())


def test_headers(http: httpx2.Client) -> None:
    response = http.post("/chat/completions", json=_body("text"))
    assert response.headers["x-request-id"].startswith("req_")
    assert int(response.headers["openai-processing-ms"]) > 0
    assert response.headers["openai-version"] == "2020-10-01"
    for what in ("limit", "remaining", "reset"):
        for of in ("requests", "tokens"):
            assert response.headers[f"x-ratelimit-{what}-{of}"]
    assert http.get("/models").headers["x-request-id"] != response.headers["x-request-id"]


def test_unknown_paths_and_methods(http: httpx2.Client) -> None:
    assert http.post("/nothing").status_code == 404
    assert http.get("/chat/completions").status_code == 405
