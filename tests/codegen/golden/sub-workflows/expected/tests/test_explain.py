"""Tests of explain against the simulated OpenAI."""

from typing import Any

import pytest

from app.workflows.explain import ExplainInput, run
from tests.service import Service, StartService, serving
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}
APP = serving(run, ExplainInput)


@pytest.fixture
def service(start_service: StartService) -> Service:
    """The workflow alone, without those that call it."""
    return start_service(APP)


def test_done_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `done` answers."""
    simulated_openai.settings.answers = [Answer("Answer of words.")]
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of words."
    assert simulated_openai.questions == ["Explain: Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["words"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
