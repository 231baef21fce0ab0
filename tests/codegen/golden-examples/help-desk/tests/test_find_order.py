"""Tests of find-order."""

from typing import Any

import pytest

from app.workflows.find_order import FindOrderInput, run
from tests.service import Service, StandInFor, StartService, serving

INPUT: dict[str, Any] = {"number": "A-1042"}
APP = serving(run, FindOrderInput)


@pytest.fixture
def service(start_service: StartService) -> Service:
    """The workflow alone, without those that call it."""
    return start_service(APP)


def test_found_when_is_known(service: Service, stand_in: StandInFor) -> None:
    """The response `found` answers."""
    get_order = stand_in(
        "app.workflows.find_order.get_order", {"number": "number of get_order", "status": "status of get_order"}
    )
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"number": "number of get_order", "status": "status of get_order"}
    assert sorted(body["meta"]["node_timings"]) == ["get_order"]
    assert get_order.calls == [{"number": "A-1042"}]


def test_not_found_when_not_is_known(service: Service, stand_in: StandInFor) -> None:
    """The response `not_found` answers."""
    get_order = stand_in("app.workflows.find_order.get_order", None)
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 404, answer.text
    body = answer.json()
    assert body["output"] == {"error": "There is no order A-1042."}
    assert sorted(body["meta"]["node_timings"]) == ["get_order"]
    assert get_order.calls == [{"number": "A-1042"}]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
