"""Tests of two-letters against the simulated OpenAI."""

from typing import Any
from unittest.mock import AsyncMock

import pytest

from tests.durable import cut_off
from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"to": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def delays_that_pass_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.durable.times.sleep_until", AsyncMock())


def test_reply_answers(service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch) -> None:
    """The response `reply` answers."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.answers = [Answer("Answer of first."), Answer("Answer of second.")]
    answer = service.ask("POST", "/two-letters", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "letters": ["Answer of first.", "Answer of second."],
        "at": "2026-01-31T12:00:00.000000+00:00",
    }
    assert simulated_openai.questions == [
        "Write to Hello! What can you do for me?.",
        "Remind Hello! What can you do for me? of: Answer of first.",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["first", "second", "wait"]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    answers = [Answer("Answer of first."), Answer("Answer of second.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/two-letters", INPUT).json()
    events = service.stream("POST", "/two-letters", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_run_goes_on_where_its_service_left_it(
    simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """No model is asked again for what it has said."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    answers = [Answer("Answer of first."), Answer("Answer of second.")]
    taken_up = cut_off(simulated_openai, answers, "POST", "/two-letters", INPUT)
    assert taken_up["status"] == "succeeded", taken_up
    assert taken_up["result"]["output"] == {
        "letters": ["Answer of first.", "Answer of second."],
        "at": "2026-01-31T12:00:00.000000+00:00",
    }
    assert len(simulated_openai.requests) == 3


def test_a_rate_limit_is_passed_on(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/two-letters", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """The model takes fewer tokens than the prompt has."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/two-letters", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """No step goes on with an answer that is not there."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/two-letters", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/two-letters", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
