"""Tests of pages."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/pages", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Hello! What can you do for me?"


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("POST", "/pages", INPUT).json()
    events = service.stream("POST", "/pages", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_clients_of_the_openai_api_are_answered(service: Service) -> None:
    """As the model pages-model, whole and as a stream."""
    models = service.ask("GET", "/v1/models", None).json()
    assert "pages-model" in str(models["data"])
    whole = service.ask(
        "POST",
        "/v1/chat/completions",
        {"model": "pages-model", "messages": [{"role": "user", "content": "Hello! What can you do for me?"}]},
    )
    assert whole.status_code == 200, whole.text
    assert whole.json()["choices"][0]["message"]["content"] == "Hello! What can you do for me?"
    events = service.stream(
        "POST",
        "/v1/responses",
        {
            "model": "pages-model",
            "input": [{"role": "user", "content": "Hello! What can you do for me?"}],
            "stream": True,
        },
    )
    assert events.names[-1] == "response.completed", events
    assert events.last["response"]["output"][0]["content"][0]["text"] == "Hello! What can you do for me?"


def test_clients_of_mcp_call_it(service: Service) -> None:
    """As the tool pages."""
    result = service.ask(
        "POST",
        "/mcp",
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "pages", "arguments": {"message": "Hello! What can you do for me?"}},
        },
    ).json()["result"]
    assert result["isError"] is False, result
    assert result["content"][0]["text"] == "Hello! What can you do for me?"


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/pages", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
