"""Tests of lines against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"lines": ["Hello! What can you do for me?"]}


def test_reply_when_each_has_one_round(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of reword.")]
    answer = service.ask("POST", "/lines", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == [
        {
            "content": "Answer of reword.",
            "function_call": None,
            "tool_calls": [],
            "parsed": None,
            "refusal": None,
            "reasoning": ANY,
            "annotations": ANY,
            "extras": ANY,
            "finish_reason": "stop",
            "model": ANY,
            "provider": ANY,
            "id": ANY,
            "logprobs": ANY,
            "usage": ANY,
            "cost_usd": ANY,
            "timing": ANY,
            "route": ANY,
        }
    ]
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["reword"]


def test_reply_when_each_has_2_rounds(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of reword."), Answer("Answer of reword.")]
    answer = service.ask("POST", "/lines", {**INPUT, "lines": ["item 1", "item 2"]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == [
        {
            "content": "Answer of reword.",
            "function_call": None,
            "tool_calls": [],
            "parsed": None,
            "refusal": None,
            "reasoning": ANY,
            "annotations": ANY,
            "extras": ANY,
            "finish_reason": "stop",
            "model": ANY,
            "provider": ANY,
            "id": ANY,
            "logprobs": ANY,
            "usage": ANY,
            "cost_usd": ANY,
            "timing": ANY,
            "route": ANY,
        },
        {
            "content": "Answer of reword.",
            "function_call": None,
            "tool_calls": [],
            "parsed": None,
            "refusal": None,
            "reasoning": ANY,
            "annotations": ANY,
            "extras": ANY,
            "finish_reason": "stop",
            "model": ANY,
            "provider": ANY,
            "id": ANY,
            "logprobs": ANY,
            "usage": ANY,
            "cost_usd": ANY,
            "timing": ANY,
            "route": ANY,
        },
    ]
    assert simulated_openai.questions == ["item 1", "item 2"]
    assert sorted(body["meta"]["node_timings"]) == ["reword"]


def test_reply_when_each_has_no_round(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/lines", {**INPUT, "lines": []})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == []


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer("Answer of reword.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/lines", INPUT).json()
    events = service.stream("POST", "/lines", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == [
        {
            "content": "Answer of reword.",
            "function_call": None,
            "tool_calls": [],
            "parsed": None,
            "refusal": None,
            "reasoning": ANY,
            "annotations": ANY,
            "extras": ANY,
            "finish_reason": "stop",
            "model": ANY,
            "provider": ANY,
            "id": ANY,
            "logprobs": ANY,
            "usage": ANY,
            "cost_usd": ANY,
            "timing": ANY,
            "route": ANY,
        }
    ]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of reword."


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/lines", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/lines", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/lines", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
