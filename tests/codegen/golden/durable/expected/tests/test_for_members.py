"""Tests of for-members against the simulated OpenAI."""

from pathlib import Path
from typing import Any

import pytest

from tests.door.keys import refuses_strangers, starting_with_key
from tests.door.limits import refuses_too_much, without_limits
from tests.service import Service, StartService
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch, tmp_path: Path) -> StartService:
    """Starts the service for a caller with a key."""
    without_limits(environment)
    return starting_with_key(start_service, environment, tmp_path, scopes=["ask"])


def test_reply_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/durable/members", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"to": "tests", "answer": "Answer of answer."}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["answer"]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer("Answer of answer.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/durable/members", INPUT).json()
    events = service.stream("POST", "/durable/members", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/durable/members", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/durable/members", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/durable/members", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/durable/members", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []


def test_refuses_strangers(service: Service) -> None:
    """Only who has a key comes in."""
    refuses_strangers(service, "POST", "/durable/members", INPUT, scopes=["ask"])


def test_refuses_too_much(service: Service, environment: pytest.MonkeyPatch) -> None:
    """Who asks too much is told when to come again."""
    refuses_too_much(service, environment, "POST", "/durable/members", INPUT, requests=8)
