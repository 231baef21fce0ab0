"""Tests of ship-order."""

from typing import Any

import pytest

from tests.durable import refuses_strangers, starting_with_token
from tests.service import Service, StandInFor, StartService

INPUT: dict[str, Any] = {"order": "Hello! What can you do for me?"}


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch) -> StartService:
    """Starts the service for one who has its token."""
    return starting_with_token(start_service)


def test_reply_answers(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.ship_order.PAID",
        {"payload": {"amount": 0.5}, "sent_at": "2026-01-31T12:00:00.000+00:00", "id": "event", "timed_out": False},
    )
    stand_in(
        "app.workflows.ship_order.SEEN",
        {"payload": "payload of seen", "sent_at": "2026-01-31T12:00:00.000+00:00", "id": "event", "timed_out": False},
    )
    answer = service.ask("POST", "/queues/orders", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"shipped": "Hello! What can you do for me?", "amount": 0.5, "seen": "payload of seen"}
    assert sorted(body["meta"]["node_timings"]) == ["paid", "seen"]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.workflows.ship_order.PAID",
        {"payload": {"amount": 0.5}, "sent_at": "2026-01-31T12:00:00.000+00:00", "id": "event", "timed_out": False},
    )
    stand_in(
        "app.workflows.ship_order.SEEN",
        {"payload": "payload of seen", "sent_at": "2026-01-31T12:00:00.000+00:00", "id": "event", "timed_out": False},
    )
    whole = service.ask("POST", "/queues/orders", INPUT).json()
    events = service.stream("POST", "/queues/orders", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/queues/orders", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_refuses_strangers(service: Service) -> None:
    """Only who has the token of the service begins runs."""
    refuses_strangers(service, "/queues/orders", INPUT)
