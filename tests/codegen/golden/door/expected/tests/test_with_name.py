"""Tests of with-name."""

from pathlib import Path
from typing import Any

import pytest

from tests.door.keys import refuses_strangers, starting_with_key
from tests.service import Service, StartService

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch, tmp_path: Path) -> StartService:
    """Starts the service for a caller with a key."""
    return starting_with_key(start_service, environment, tmp_path, basic=True)


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("GET", "/door/token", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "yes"


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("GET", "/door/token", INPUT).json()
    events = service.stream("GET", "/door/token", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("GET", "/door/token", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_refuses_strangers(service: Service) -> None:
    """Only who has a key comes in."""
    refuses_strangers(service, "GET", "/door/token", INPUT)
