"""Tests of model-router against the simulated OpenAI."""

from typing import Any

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_reply_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/ask", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["answer"]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer("Answer of answer.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/ask", INPUT).json()
    events = service.stream("POST", "/ask", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of answer."


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/ask", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/ask", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_the_next_model_of_answer_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nobody notices but by the time that it takes."""
    simulated_openai.settings.faults = ["unavailable"]
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/ask", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert simulated_openai.models == ["openai/gpt-oss-20b", "gpt-5.4-mini"]


def test_all_models_of_answer_are_asked(service: Service, simulated_openai: RunningSimulation) -> None:
    """The caller is told what the last one said."""
    simulated_openai.settings.faults = [
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
    ]
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/ask", INPUT)
    assert answer.status_code == 429, answer.text
    assert simulated_openai.models == ["openai/gpt-oss-20b", "gpt-5.4-mini", "claude-sonnet-5-5"]


def test_a_cut_stream_of_answer_begins_anew(service: Service, simulated_openai: RunningSimulation) -> None:
    """Whoever listens is told to forget what had arrived."""
    simulated_openai.settings.faults = ["cut; after=2"]
    simulated_openai.settings.answers = [Answer("Answer of answer."), Answer("Answer of answer.")]
    events = service.stream("POST", "/ask", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("restart") == 1
    assert "Answer of answer." in events.last["text"]
    assert events.last["text"] != events.text


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/ask", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
