"""Tests of for-anyone."""

from typing import Any

import pytest

from tests.door.limits import refuses_too_much, without_limits
from tests.service import Service, StartService

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch) -> StartService:
    """Starts the service without its limits."""
    without_limits(environment)
    return start_service


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/door/open", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Hello! What can you do for me?"


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("POST", "/door/open", INPUT).json()
    events = service.stream("POST", "/door/open", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/door/open", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_refuses_too_much(service: Service, environment: pytest.MonkeyPatch) -> None:
    """Who asks too much is told when to come again."""
    refuses_too_much(service, environment, "POST", "/door/open", INPUT, requests=3)
