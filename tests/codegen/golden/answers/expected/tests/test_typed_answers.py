"""Tests of typed-answers against the simulated OpenAI."""

from typing import Any

from tests.conftest import Service

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_answers_in_one_piece(service: Service) -> None:
    """One JSON answer carries the output, the usage and what the run was."""
    answer = service.ask("POST", "/typed-answers", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "output" in body
    assert body["usage"]["total_tokens"] >= 0
    assert body["meta"]["execution_id"]


def test_streams_to_one_end(service: Service) -> None:
    """A stream ends with one `done`, whose text is what the tokens said."""
    events = service.stream("POST", "/typed-answers", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    assert events.last["text"] == events.text


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """What is missing is named, and nothing is sent to the model."""
    answer = service.ask("POST", "/typed-answers", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
