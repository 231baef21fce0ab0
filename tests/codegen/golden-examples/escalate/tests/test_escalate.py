"""Tests of escalate against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

from tests.service import Service
from tests.simulated_providers import REFUSED_REQUEST, Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"question": "May we cancel a contract that renewed itself last week?"}


def test_better_when_not_good_enough(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `better` answers."""
    simulated_openai.settings.answers = [Answer('{"answer":"answer","sureness":0.5}'), Answer("Answer of second_try.")]
    answer = service.ask("POST", "/escalate", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"answer": "Answer of second_try.", "model": ANY, "escalated": True}
    assert simulated_openai.questions == [
        "May we cancel a contract that renewed itself last week?",
        "May we cancel a contract that renewed itself last week?",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["first_try", "second_try"]


def test_better_when_first_try_fails(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `better` answers."""
    simulated_openai.settings.answers = [Answer(wire=REFUSED_REQUEST), Answer("Answer of second_try.")]
    answer = service.ask("POST", "/escalate", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"answer": "Answer of second_try.", "model": ANY, "escalated": True}
    assert simulated_openai.questions == [
        "May we cancel a contract that renewed itself last week?",
        "May we cancel a contract that renewed itself last week?",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["first_try", "second_try"]


def test_cheap_when_good_enough(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `cheap` answers."""
    simulated_openai.settings.answers = [Answer('{"answer":"answer","sureness":1}')]
    answer = service.ask("POST", "/escalate", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"answer": "answer", "model": ANY, "escalated": False}
    assert simulated_openai.questions == ["May we cancel a contract that renewed itself last week?"]
    assert sorted(body["meta"]["node_timings"]) == ["first_try"]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer('{"answer":"answer","sureness":0.5}'), Answer("Answer of second_try.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/escalate", INPUT).json()
    events = service.stream("POST", "/escalate", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/escalate", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
