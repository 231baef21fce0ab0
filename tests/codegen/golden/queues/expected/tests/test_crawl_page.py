"""Tests of crawl-page."""

from typing import Any

import pytest

from tests.durable import refuses_strangers, starting_with_token
from tests.service import Service, StandInFor, StartService

INPUT: dict[str, Any] = {"page": "Hello! What can you do for me?", "depth": 1}


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch) -> StartService:
    """Starts the service for one who has its token."""
    return starting_with_token(start_service)


def test_read_when_each_has_one_round(service: Service, stand_in: StandInFor) -> None:
    """The response `read` answers."""
    links = stand_in("app.workflows.crawl_page.links", ["what links gives"])
    stand_in(
        "app.workflows.crawl_page.FOLLOW",
        {"id": "what follow gives", "queue": "what follow gives", "location": "what follow gives"},
    )
    answer = service.ask("POST", "/queues/pages", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "page": "Hello! What can you do for me?",
        "entries": [{"id": "what follow gives", "queue": "what follow gives", "location": "what follow gives"}],
    }
    assert sorted(body["meta"]["node_timings"]) == ["follow", "links"]
    assert links.calls == [{"page": "Hello! What can you do for me?", "depth": 1}]


def test_read_when_each_has_2_rounds(service: Service, stand_in: StandInFor) -> None:
    """The response `read` answers."""
    links = stand_in("app.workflows.crawl_page.links", ["item 1", "item 2"])
    stand_in(
        "app.workflows.crawl_page.FOLLOW",
        {"id": "what follow gives", "queue": "what follow gives", "location": "what follow gives"},
    )
    answer = service.ask("POST", "/queues/pages", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "page": "Hello! What can you do for me?",
        "entries": [
            {"id": "what follow gives", "queue": "what follow gives", "location": "what follow gives"},
            {"id": "what follow gives", "queue": "what follow gives", "location": "what follow gives"},
        ],
    }
    assert sorted(body["meta"]["node_timings"]) == ["follow", "links"]
    assert links.calls == [{"page": "Hello! What can you do for me?", "depth": 1}]


def test_read_when_each_has_no_round(service: Service, stand_in: StandInFor) -> None:
    """The response `read` answers."""
    links = stand_in("app.workflows.crawl_page.links", [])
    answer = service.ask("POST", "/queues/pages", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"page": "Hello! What can you do for me?", "entries": []}
    assert sorted(body["meta"]["node_timings"]) == ["links"]
    assert links.calls == [{"page": "Hello! What can you do for me?", "depth": 1}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.crawl_page.links", ["what links gives"])
    stand_in(
        "app.workflows.crawl_page.FOLLOW",
        {"id": "what follow gives", "queue": "what follow gives", "location": "what follow gives"},
    )
    whole = service.ask("POST", "/queues/pages", INPUT).json()
    events = service.stream("POST", "/queues/pages", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/queues/pages", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_refuses_strangers(service: Service) -> None:
    """Only who has the token of the service begins runs."""
    refuses_strangers(service, "/queues/pages", INPUT)
