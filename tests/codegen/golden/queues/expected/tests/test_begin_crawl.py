"""Tests of begin-crawl."""

from typing import Any

from app.runtime.errors import ServiceError
from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"site": "Hello! What can you do for me?"}


def test_begun_when_put_succeeds(service: Service, stand_in: StandInFor) -> None:
    """The response `begun` answers."""
    put = stand_in(
        "app.workflows.begin_crawl.PUT",
        {"id": "what put gives", "queue": "what put gives", "location": "location of put"},
    )
    answer = service.ask("POST", "/begin-crawl", INPUT)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["output"] == {"run": "location of put"}
    assert sorted(body["meta"]["node_timings"]) == ["put"]
    assert put.calls == [{"page": "https://Hello! What can you do for me?/", "depth": 2}]


def test_later_when_put_fails(service: Service, stand_in: StandInFor) -> None:
    """The response `later` answers."""
    put = stand_in("app.workflows.begin_crawl.PUT", ServiceError("A test lets it fail."))
    answer = service.ask("POST", "/begin-crawl", INPUT)
    assert answer.status_code == 503, answer.text
    body = answer.json()
    assert body["output"] == {"problem": "internal_error"}
    assert sorted(body["meta"]["node_timings"]) == ["put"]
    assert put.calls == [{"page": "https://Hello! What can you do for me?/", "depth": 2}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.workflows.begin_crawl.PUT",
        {"id": "what put gives", "queue": "what put gives", "location": "location of put"},
    )
    whole = service.ask("POST", "/begin-crawl", INPUT).json()
    events = service.stream("POST", "/begin-crawl", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/begin-crawl", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
