"""Tests of find-order against the simulated OpenAI."""

from typing import Any

import pytest

from app.workflows.find_order import FindOrderInput, run
from tests.service import Service, StandInFor, StartService, serving
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"number": "A-1042"}
APP = serving(run, FindOrderInput, env=["SHOP_REGION"])


@pytest.fixture
def service(start_service: StartService) -> Service:
    """The workflow alone, without those that call it."""
    return start_service(APP)


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_REGION", "test shop_region")


def test_short_when_not_full(service: Service, stand_in: StandInFor) -> None:
    """The response `short` answers."""
    order = stand_in("app.workflows.find_order.order_of", {"status": "status of order"})
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 203, answer.text
    body = answer.json()
    assert body["output"] == {"number": "A-1042", "status": "status of order"}
    assert sorted(body["meta"]["node_timings"]) == ["order"]
    assert order.calls == [{"number": "A-1042"}]


def test_long_when_full(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `long` answers."""
    order = stand_in("app.workflows.find_order.order_of", {"status": "status of order"})
    simulated_openai.settings.answers = [Answer("Answer of describe.")]
    answer = service.ask("POST", "/", {**INPUT, "detail": "full"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"number": "A-1042", "status": "status of order", "text": "Answer of describe."}
    assert simulated_openai.questions == ['Describe the order {"status":"status of order"} of test shop_region.']
    assert sorted(body["meta"]["node_timings"]) == ["describe", "order"]
    assert order.calls == [{"number": "A-1042"}]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    stand_in("app.workflows.find_order.order_of", {"status": "status of order"})
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/", {**INPUT, "detail": "full"})
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The model takes fewer tokens than the prompt has."""
    stand_in("app.workflows.find_order.order_of", {"status": "status of order"})
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/", {**INPUT, "detail": "full"})
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """No step goes on with an answer that is not there."""
    stand_in("app.workflows.find_order.order_of", {"status": "status of order"})
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/", {**INPUT, "detail": "full"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
