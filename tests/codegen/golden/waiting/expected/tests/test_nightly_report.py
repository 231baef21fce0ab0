"""Tests of nightly-report."""

from typing import Any
from unittest.mock import ANY

import pytest

from tests.durable import refuses_strangers, starting_with_token
from tests.service import Service, StandInFor, StartService

INPUT: dict[str, Any] = {}


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch) -> StartService:
    """Starts the service for one who has its token."""
    return starting_with_token(start_service)


def test_reply_when_each_has_2_rounds(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.nightly_report.ASK",
        {
            "approved": True,
            "by": "kim@example.com",
            "comment": None,
            "values": {},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    answer = service.ask("POST", "/schedules/nightly", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "days": 7,
        "due": ANY,
        "closed": [{"team": "north", "closed": True}, {"team": "south", "closed": True}],
    }
    assert sorted(body["meta"]["node_timings"]) == ["ask"]


def test_reply_when_each_has_one_round(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.nightly_report.ASK",
        {
            "approved": True,
            "by": "kim@example.com",
            "comment": None,
            "values": {},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    answer = service.ask("POST", "/schedules/nightly", {**INPUT, "teams": ["item 1"]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"days": 7, "due": ANY, "closed": [{"team": "item 1", "closed": True}]}
    assert sorted(body["meta"]["node_timings"]) == ["ask"]


def test_reply_when_each_has_no_round(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/schedules/nightly", {**INPUT, "teams": []})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"days": 7, "due": ANY, "closed": []}


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.workflows.nightly_report.ASK",
        {
            "approved": True,
            "by": "kim@example.com",
            "comment": None,
            "values": {},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    whole = service.ask("POST", "/schedules/nightly", INPUT).json()
    events = service.stream("POST", "/schedules/nightly", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == {
        "days": 7,
        "due": ANY,
        "closed": [{"team": "north", "closed": True}, {"team": "south", "closed": True}],
    }
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_strangers(service: Service) -> None:
    """Only who has the token of the service begins runs."""
    refuses_strangers(service, "/schedules/nightly", INPUT)
