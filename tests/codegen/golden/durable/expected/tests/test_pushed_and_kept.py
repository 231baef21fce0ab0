"""Tests of pushed-and-kept against the simulated OpenAI."""

from typing import Any

import pytest

from tests.door.webhooks import refuses_forgeries, refuses_repetitions, starting_signed
from tests.service import Service, StartService
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"ref": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET_PUSHED_AND_KEPT", "test webhook_secret_pushed_and_kept")


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch) -> StartService:
    """Starts the service for one who signs what he sends."""
    return starting_signed(start_service, environment, "pushed-and-kept")


def test_reply_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of note.")]
    answer = service.ask("POST", "/durable/github", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"by": "github", "note": "Answer of note."}
    assert simulated_openai.questions == ["What is Hello! What can you do for me??"]
    assert sorted(body["meta"]["node_timings"]) == ["note"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/durable/github", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/durable/github", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/durable/github", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/durable/github", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []


def test_refuses_forgeries(service: Service) -> None:
    """Nothing runs that is not signed with the secret."""
    refuses_forgeries(service, "pushed-and-kept", "/durable/github", INPUT)


def test_refuses_repetitions(service: Service) -> None:
    """What has come once does not run again."""
    refuses_repetitions(service, "/durable/github", INPUT)
