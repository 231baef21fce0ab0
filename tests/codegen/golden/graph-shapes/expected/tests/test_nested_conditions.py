"""Tests of nested-conditions."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {}


def test_otherwise_when_outer_and_not_inner(service: Service) -> None:
    """The response `otherwise` answers."""
    answer = service.ask("POST", "/nested-conditions", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "nothing"


def test_otherwise_when_not_outer(service: Service) -> None:
    """The response `otherwise` answers."""
    answer = service.ask("POST", "/nested-conditions", {**INPUT, "a": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "nothing"


def test_found_when_outer_and_inner(service: Service, stand_in: StandInFor) -> None:
    """The response `found` answers."""
    deepest = stand_in("app.workflows.nested_conditions.work", {"node": "node of deepest"})
    answer = service.ask("POST", "/nested-conditions", {**INPUT, "b": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "node of deepest"
    assert sorted(body["meta"]["node_timings"]) == ["deepest"]
    assert deepest.calls == [{"given": "deepest"}]


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("POST", "/nested-conditions", INPUT).json()
    events = service.stream("POST", "/nested-conditions", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
