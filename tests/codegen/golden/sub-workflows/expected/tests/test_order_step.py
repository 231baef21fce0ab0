"""Tests of order-step against the simulated OpenAI."""

from typing import Any

import pytest

from tests.conftest import Service

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_REGION", "test shop_region")


def test_answers_in_one_piece(service: Service) -> None:
    """One JSON answer carries the output, the usage and what the run was."""
    answer = service.ask("POST", "/order-step", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "output" in body
    assert body["usage"]["total_tokens"] >= 0
    assert body["meta"]["execution_id"]


def test_streams_to_one_end(service: Service) -> None:
    """A stream ends with one `done`, whose text is what the tokens said."""
    events = service.stream("POST", "/order-step", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    assert events.last["text"] == events.text


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """What is missing is named, and nothing is sent to the model."""
    answer = service.ask("POST", "/order-step", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
