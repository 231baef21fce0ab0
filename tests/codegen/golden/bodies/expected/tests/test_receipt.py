"""Tests of receipt against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "amount": 0.5,
    "photo": {
        "name": "photo",
        "type": "image/png",
        "size": 8,
        "text": "",
        "base64": "iVBORw0KGgo=",
        "dataUrl": "data:image/png;base64,iVBORw0KGgo=",
    },
}


def test_reply_answers(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in("app.workflows.receipt.count_bytes", 1)
    simulated_openai.settings.answers = [Answer("Answer of look.")]
    answer = service.ask("POST", "/receipts", INPUT, body="multipart")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "text": "Answer of look.",
        "bytes": 1,
        "type": "image/png",
        "size": 8,
        "note": "none",
        "photo": ANY,
        "tags": [],
    }
    assert sorted(body["meta"]["node_timings"]) == ["count", "look"]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.receipt.count_bytes", 1)
    answers = [Answer("Answer of look.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/receipts", INPUT, body="multipart").json()
    events = service.stream("POST", "/receipts", INPUT, body="multipart")
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/receipts", INPUT, body="multipart")
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/receipts", INPUT, body="multipart")
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/receipts", INPUT, body="multipart")
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/receipts", {}, body="multipart")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
