"""Tests of failures against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY, AsyncMock

import pytest

from app.runtime.errors import ServiceError
from tests.service import Service, StandInFor
from tests.simulated_providers import REFUSED_REQUEST, Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"kind": "bill", "urgent": True, "text": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def delays_that_pass_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.runtime.delay.sleep", AsyncMock())


def test_said_when_answer_answers_in_text(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `said` answers."""
    fetch = stand_in("app.functions.fetch.run", "what fetch gives")
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/failures", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert simulated_openai.questions == ["what fetch gives"]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "fetch"]
    assert fetch.calls == [{"text": "Hello! What can you do for me?"}]


def test_missing_when_fetch_fails(service: Service, stand_in: StandInFor) -> None:
    """The response `missing` answers."""
    fetch = stand_in("app.functions.fetch.run", ServiceError("A test lets it fail."))
    answer = service.ask("POST", "/failures", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"code": "internal_error", "title": ANY}
    assert sorted(body["meta"]["node_timings"]) == ["fetch"]
    assert fetch.calls == [{"text": "Hello! What can you do for me?"}]


def test_booked_when_answer_calls_book(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `booked` answers."""
    fetch = stand_in("app.functions.fetch.run", "what fetch gives")
    book = stand_in("app.functions.book.run", "what book gives")
    simulated_openai.settings.answers = [Answer(calls=(("book", {"n": 1}),))]
    answer = service.ask("POST", "/failures", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what book gives"
    assert simulated_openai.questions == ["what fetch gives"]
    assert "book" in simulated_openai.offered
    assert sorted(body["meta"]["node_timings"]) == ["answer", "book", "fetch"]
    assert fetch.calls == [{"text": "Hello! What can you do for me?"}]
    assert book.calls == [{"text": "book"}]


def test_stood_when_fetch_succeeds_and_answer_fails(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `stood` answers."""
    fetch = stand_in("app.functions.fetch.run", "what fetch gives")
    simulated_openai.settings.answers = [Answer(wire=REFUSED_REQUEST), Answer("Answer of instead.")]
    answer = service.ask("POST", "/failures", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of instead. invalid_request"
    assert simulated_openai.questions == ["what fetch gives", "Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "fetch", "instead", "pause"]
    assert fetch.calls == [{"text": "Hello! What can you do for me?"}]


def test_booked_when_book_fails(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `booked` answers."""
    fetch = stand_in("app.functions.fetch.run", "what fetch gives")
    book = stand_in("app.functions.book.run", ServiceError("A test lets it fail."))
    simulated_openai.settings.answers = [Answer(calls=(("book", {"n": 1}),))]
    answer = service.ask("POST", "/failures", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "not booked"
    assert simulated_openai.questions == ["what fetch gives"]
    assert "book" in simulated_openai.offered
    assert sorted(body["meta"]["node_timings"]) == ["answer", "book", "fetch"]
    assert fetch.calls == [{"text": "Hello! What can you do for me?"}]
    assert book.calls == [{"text": "book"}]


def test_stood_when_answer_fails_and_instead_fails(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `stood` answers."""
    fetch = stand_in("app.functions.fetch.run", "what fetch gives")
    simulated_openai.settings.answers = [Answer(wire=REFUSED_REQUEST), Answer(wire=REFUSED_REQUEST)]
    answer = service.ask("POST", "/failures", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Nobody answers. invalid_request"
    assert simulated_openai.questions == ["what fetch gives", "Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "fetch", "instead", "pause"]
    assert fetch.calls == [{"text": "Hello! What can you do for me?"}]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.fetch.run", "what fetch gives")
    answers = [Answer("Answer of answer.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/failures", INPUT).json()
    events = service.stream("POST", "/failures", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/failures", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
