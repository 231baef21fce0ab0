"""Tests of side-by-side against the simulated OpenAI."""

from typing import Any
from unittest.mock import AsyncMock

import pytest

from app.runtime.errors import ServiceError
from tests.service import Service, StandInFor
from tests.simulated_providers import REFUSED_REQUEST, Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"kind": "bill", "urgent": True, "text": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def delays_that_pass_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.runtime.delay.sleep", AsyncMock())


def test_end_when_two_succeeds_and_say_succeeds(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `end` answers."""
    one = stand_in("app.functions.one.run", "what one gives")
    two = stand_in("app.functions.two.run", "what two gives")
    four = stand_in("app.functions.four.run", "what four gives")
    join = stand_in("app.functions.join_2.run", "what join gives")
    simulated_openai.settings.answers = [Answer("Answer of say.")]
    events = service.stream("POST", "/side-by-side", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == "Answer of say."
    assert simulated_openai.questions == ["what join gives"]
    assert sorted(events.last["meta"]["node_timings"]) == ["four", "join", "note", "one", "say", "two"]
    assert one.calls == [{"text": "Hello! What can you do for me?"}]
    assert two.calls == [{"text": "Hello! What can you do for me?"}]
    assert four.calls == [{"text": "Hello! What can you do for me?"}]
    assert join.calls == [{"text": "what one gives what two gives what four gives"}]


def test_end_when_say_succeeds(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    one = stand_in("app.functions.one.run", ServiceError("A test lets it fail."))
    two = stand_in("app.functions.two.run", "what two gives")
    four = stand_in("app.functions.four.run", "what four gives")
    join = stand_in("app.functions.join_2.run", "what join gives")
    simulated_openai.settings.answers = [Answer("Answer of say.")]
    events = service.stream("POST", "/side-by-side", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == "Answer of say."
    assert simulated_openai.questions == ["what join gives"]
    assert sorted(events.last["meta"]["node_timings"]) == ["four", "join", "note", "one", "say", "two"]
    assert one.calls == [{"text": "Hello! What can you do for me?"}]
    assert two.calls == [{"text": "Hello! What can you do for me?"}]
    assert four.calls == [{"text": "Hello! What can you do for me?"}]
    assert join.calls == [{"text": "null what two gives what four gives"}]


def test_end_when_two_fails_and_say_succeeds(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `end` answers."""
    one = stand_in("app.functions.one.run", "what one gives")
    two = stand_in("app.functions.two.run", ServiceError("A test lets it fail."))
    stand_in("app.functions.three.run", "what three gives")
    four = stand_in("app.functions.four.run", "what four gives")
    join = stand_in("app.functions.join_2.run", "what join gives")
    simulated_openai.settings.answers = [Answer("Answer of say.")]
    events = service.stream("POST", "/side-by-side", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == "Answer of say."
    assert simulated_openai.questions == ["what join gives"]
    assert sorted(events.last["meta"]["node_timings"]) == ["four", "join", "note", "one", "say", "three", "two"]
    assert one.calls == [{"text": "Hello! What can you do for me?"}]
    assert two.calls == [{"text": "Hello! What can you do for me?"}]
    assert four.calls == [{"text": "Hello! What can you do for me?"}]
    assert join.calls == [{"text": "what one gives what three gives what four gives"}]


def test_sorry_when_two_succeeds_and_say_fails(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `sorry` answers."""
    one = stand_in("app.functions.one.run", "what one gives")
    two = stand_in("app.functions.two.run", "what two gives")
    four = stand_in("app.functions.four.run", "what four gives")
    join = stand_in("app.functions.join_2.run", "what join gives")
    simulated_openai.settings.answers = [Answer(wire=REFUSED_REQUEST)]
    events = service.stream("POST", "/side-by-side", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == "invalid_request"
    assert simulated_openai.questions == ["what join gives"]
    assert sorted(events.last["meta"]["node_timings"]) == ["four", "join", "note", "one", "say", "two"]
    assert one.calls == [{"text": "Hello! What can you do for me?"}]
    assert two.calls == [{"text": "Hello! What can you do for me?"}]
    assert four.calls == [{"text": "Hello! What can you do for me?"}]
    assert join.calls == [{"text": "what one gives what two gives what four gives"}]


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/side-by-side", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
