"""Tests of embeddings against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

import pytest

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"question": "Hello! What can you do for me?", "answers": ["Hello! What can you do for me?"]}


@pytest.fixture(autouse=True)
def models_of_another_server(simulated_openai: RunningSimulation) -> None:
    """OpenAI itself does not have all the models of this workflow."""
    simulated_openai.settings.accept_unknown_models = True


def test_reply_answers(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in("app.workflows.embeddings.nearest", 1)
    simulated_openai.settings.answers = [Answer("Answer of say.")]
    answer = service.ask("POST", "/nearest", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "said": "Answer of say.",
        "vectors": [ANY, ANY, ANY],
        "model": "my-embeddings",
        "count": 1,
        "tokens": ANY,
    }
    assert simulated_openai.questions == ['Say number 1 of ["Hello! What can you do for me?"].']
    assert sorted(body["meta"]["node_timings"]) == [
        "answer-vectors",
        "deployed",
        "kept",
        "local",
        "nearest",
        "question-vector",
        "say",
    ]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output as in one piece."""
    stand_in("app.workflows.embeddings.nearest", 1)
    answers = [Answer("Answer of say.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/nearest", INPUT).json()
    events = service.stream("POST", "/nearest", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert events.text == done["text"]
    assert events.text == "Answer of say."


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/nearest", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 0
    answer = service.ask("POST", "/nearest", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """No step goes on with an answer that is not there."""
    stand_in("app.workflows.embeddings.nearest", 1)
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/nearest", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/nearest", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
