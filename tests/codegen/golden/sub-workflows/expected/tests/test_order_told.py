"""Tests of order-told against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_reply_answers(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    explain = stand_in("app.workflows.order_told.EXPLAIN", "what explain gives")
    answer = service.ask("POST", "/order-told", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what explain gives"
    assert sorted(body["meta"]["node_timings"]) == ["explain"]
    assert explain.calls == [{"message": "Hello! What can you do for me?"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.order_told.EXPLAIN", "what explain gives")
    whole = service.ask("POST", "/order-told", INPUT).json()
    events = service.stream("POST", "/order-told", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_clients_of_the_openai_api_are_answered(service: Service, stand_in: StandInFor) -> None:
    """As the model orders, whole and as a stream."""
    stand_in("app.workflows.order_told.EXPLAIN", "what explain gives")
    models = service.ask("GET", "/v1/models", None).json()
    assert "orders" in str(models["data"])
    whole = service.ask(
        "POST",
        "/v1/chat/completions",
        {"model": "orders", "messages": [{"role": "user", "content": "Hello! What can you do for me?"}]},
    )
    assert whole.status_code == 200, whole.text
    assert whole.json()["choices"][0]["message"]["content"] == "what explain gives"
    events = service.stream(
        "POST",
        "/v1/responses",
        {"model": "orders", "input": [{"role": "user", "content": "Hello! What can you do for me?"}], "stream": True},
    )
    assert events.names[-1] == "response.completed", events
    assert events.last["response"]["output"][0]["content"][0]["text"] == "what explain gives"


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/order-told", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
