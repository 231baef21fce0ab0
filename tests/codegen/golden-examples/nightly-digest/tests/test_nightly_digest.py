"""Tests of nightly-digest against the simulated OpenAI."""

from typing import Any

import pytest

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "articles": [
        {"title": "Harbour reopens", "text": "After the storm the harbour takes ships again."},
        {"title": "Bakery moves", "text": "The bakery at the market moves across the street in May."},
    ]
}


def test_reply_when_each_has_2_rounds(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """The response `reply` answers."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.answers = [
        Answer("Answer of summary."),
        Answer("Answer of summary."),
        Answer("Answer of digest."),
    ]
    answer = service.ask("POST", "/digest", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"digest": "Answer of digest.", "written": "2026-01-31T12:00:00.000000+00:00"}
    assert sorted(simulated_openai.questions) == [
        "Bakery moves\n\nThe bakery at the market moves across the street in May.",
        "Harbour reopens\n\nAfter the storm the harbour takes ships again.",
        (
            '[{"title":"Harbour reopens","summary":"Answer of summary."},{"title":"Bakery '
            'moves","summary":"Answer of summary."}]'
        ),
    ]
    assert sorted(body["meta"]["node_timings"]) == ["digest", "summary"]


def test_reply_when_each_has_one_round(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """The response `reply` answers."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.answers = [Answer("Answer of summary."), Answer("Answer of digest.")]
    answer = service.ask("POST", "/digest", {**INPUT, "articles": [{"title": "title", "text": "text"}]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"digest": "Answer of digest.", "written": "2026-01-31T12:00:00.000000+00:00"}
    assert sorted(simulated_openai.questions) == ['[{"title":"title","summary":"Answer of summary."}]', "title\n\ntext"]
    assert sorted(body["meta"]["node_timings"]) == ["digest", "summary"]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    answers = [Answer("Answer of summary."), Answer("Answer of summary."), Answer("Answer of digest.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/digest", INPUT).json()
    events = service.stream("POST", "/digest", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/digest", INPUT)
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
    answer = service.ask("POST", "/digest", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """No step goes on with an answer that is not there."""
    environment.setattr("app.durable.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/digest", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/digest", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
