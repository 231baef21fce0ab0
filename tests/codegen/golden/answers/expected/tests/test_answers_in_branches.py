"""Tests of answers-in-branches against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?", "deep": True}


def test_reply_when_deep(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [
        Answer('{"topic":"topic"}', when="Left:"),
        Answer('{"words":["words"]}', when="Right:"),
    ]
    answer = service.ask("POST", "/answers-in-branches", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"topic": ANY, "left": "topic", "right": "words"}
    assert sorted(body["meta"]["node_timings"]) == ["classify", "left", "right"]


def test_reply_when_not_deep(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [
        Answer('{"topic":"topic"}', when="Left:"),
        Answer('{"words":["words"]}', when="Right:"),
    ]
    answer = service.ask("POST", "/answers-in-branches", {**INPUT, "deep": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"topic": "not looked at", "left": "topic", "right": "words"}
    assert sorted(simulated_openai.questions) == [
        "Left: Hello! What can you do for me?",
        "Right: Hello! What can you do for me?",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["left", "right"]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer('{"topic":"topic"}', when="Left:"), Answer('{"words":["words"]}', when="Right:")]
    simulated_openai.settings.answers = [*answers]
    whole = service.ask("POST", "/answers-in-branches", INPUT).json()
    simulated_openai.settings.answers = [*answers]
    events = service.stream("POST", "/answers-in-branches", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/answers-in-branches", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/answers-in-branches", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/answers-in-branches", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/answers-in-branches", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
