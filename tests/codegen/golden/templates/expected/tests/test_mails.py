"""Tests of mails against the simulated OpenAI."""

from typing import Any

import pytest

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "name": "Hello! What can you do for me?",
    "mails": [{"id": 1, "title": "Hello! What can you do for me?"}],
}


def test_reply_answers(service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch) -> None:
    """The response `reply` answers."""
    environment.setattr("app.runtime.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    environment.setattr("app.runtime.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    environment.setattr("app.runtime.ambient.random", lambda: 0.5)
    simulated_openai.settings.answers = [Answer('{"groups":[{"name":"name","ids":[1]}]}')]
    answer = service.ask("POST", "/mails", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"text": "name: 1 \n", "at": "2026-01-31T12:00:00.000000+00:00", "named": ""}
    assert simulated_openai.questions == [
        "Sort these mails of Hello! What can you do for me?:\n- 1: HELLO! WHAT CAN YOU DO FOR ME?\nFew: none, \n"
    ]
    assert sorted(body["meta"]["node_timings"]) == ["ask"]


@pytest.mark.skip(reason='No input and no answers were found that lead to "kept". Set them up, and say what comes out.')
def test_kept_when_lucky(service: Service, environment: pytest.MonkeyPatch) -> None:
    """Not written yet: kept when lucky."""
    environment.setattr("app.runtime.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    environment.setattr("app.runtime.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    environment.setattr("app.runtime.ambient.random", lambda: 0.5)
    answer = service.ask("POST", "/mails", INPUT)
    assert answer.status_code == 200, answer.text


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    environment.setattr("app.runtime.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    environment.setattr("app.runtime.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    environment.setattr("app.runtime.ambient.random", lambda: 0.5)
    answers = [Answer('{"groups":[{"name":"name","ids":[1]}]}')]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/mails", INPUT).json()
    events = service.stream("POST", "/mails", INPUT)
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
    environment.setattr("app.runtime.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    environment.setattr("app.runtime.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    environment.setattr("app.runtime.ambient.random", lambda: 0.5)
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/mails", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """The model takes fewer tokens than the prompt has."""
    environment.setattr("app.runtime.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    environment.setattr("app.runtime.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    environment.setattr("app.runtime.ambient.random", lambda: 0.5)
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/mails", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(
    service: Service, simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """No step goes on with an answer that is not there."""
    environment.setattr("app.runtime.ambient.now", lambda: "2026-01-31T12:00:00.000000+00:00")
    environment.setattr("app.runtime.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    environment.setattr("app.runtime.ambient.random", lambda: 0.5)
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/mails", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/mails", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
