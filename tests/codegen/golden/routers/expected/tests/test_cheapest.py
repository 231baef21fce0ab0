"""Tests of cheapest against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_now_when_urgent(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `now` answers."""
    simulated_openai.settings.answers = [Answer('{"topic":"topic","urgent":true}')]
    answer = service.ask("POST", "/classify", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"topic": "topic", "by": ANY}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["classify"]


def test_later_when_not_urgent(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `later` answers."""
    simulated_openai.settings.answers = [Answer('{"topic":"topic","urgent":false}')]
    answer = service.ask("POST", "/classify", INPUT)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["output"] == "topic"
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["classify"]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer('{"topic":"topic","urgent":true}')]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/classify", INPUT).json()
    events = service.stream("POST", "/classify", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == {"topic": "topic", "by": ANY}
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/classify", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/classify", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_the_next_model_of_classify_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nobody notices but by the time that it takes."""
    simulated_openai.settings.faults = ["unavailable"]
    simulated_openai.settings.answers = [Answer('{"topic":"topic","urgent":true}')]
    answer = service.ask("POST", "/classify", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"topic": "topic", "by": ANY}
    assert len(simulated_openai.models) == 2


def test_all_models_of_classify_are_asked(service: Service, simulated_openai: RunningSimulation) -> None:
    """The caller is told what the last one said."""
    simulated_openai.settings.faults = [
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
    ]
    simulated_openai.settings.answers = [Answer('{"topic":"topic","urgent":true}')]
    answer = service.ask("POST", "/classify", INPUT)
    assert answer.status_code == 429, answer.text
    assert len(simulated_openai.models) == 3


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/classify", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
