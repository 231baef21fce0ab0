"""Tests of triage against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY

import pytest

from app.main import app
from tests.service import Service, StandInFor, StartService
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"text": "Hello! What can you do for me?", "customer": "AA-1111", "amount": 0.5}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGION", "test region")


def test_to_support_when_not_is_billing(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `to_support` answers."""
    find_customer = stand_in("app.workflows.triage.find_customer", {"orders": 1, "name": "name of find_customer"})
    simulated_openai.settings.answers = [Answer('{"topic":"billing","urgency":1}')]
    answer = service.ask("POST", "/triage", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == [1, True]
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["find_customer", "read"]
    assert find_customer.calls == [{"number": "AA-1111"}]


def test_call_back_when_is_urgent(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `call_back` answers."""
    simulated_openai.settings.answers = [Answer('{"topic":"billing","urgency":4}')]
    answer = service.ask("POST", "/triage", {**INPUT, "tags": ["item", "item"]})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["output"] == {"call": "aa-1111"}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["read"]


def test_refund_when_is_good_customer(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `refund` answers."""
    find_customer = stand_in("app.workflows.triage.find_customer", {"orders": 10, "name": "name of find_customer"})
    simulated_openai.settings.answers = [Answer('{"topic":"billing","urgency":1}')]
    answer = service.ask("POST", "/triage", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "name of find_customer gets 0.5"
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["find_customer", "read"]
    assert find_customer.calls == [{"number": "AA-1111"}]


def test_to_billing_when_is_billing(
    simulated_openai: RunningSimulation,
    stand_in: StandInFor,
    environment: pytest.MonkeyPatch,
    start_service: StartService,
) -> None:
    """The response `to_billing` answers."""
    environment.setenv("REGION", "north")
    service = start_service(app)
    find_customer = stand_in("app.workflows.triage.find_customer", {"orders": 1, "name": "name of find_customer"})
    simulated_openai.settings.answers = [Answer('{"topic":"billing","urgency":1}')]
    answer = service.ask("POST", "/triage", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"topic": "billing", "id": ANY}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["find_customer", "read"]
    assert find_customer.calls == [{"number": "AA-1111"}]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.triage.find_customer", {"orders": 1, "name": "name of find_customer"})
    answers = [Answer('{"topic":"billing","urgency":1}')]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/triage", INPUT).json()
    events = service.stream("POST", "/triage", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/triage", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/triage", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/triage", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/triage", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
