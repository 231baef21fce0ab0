"""Tests of partial-join."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {}


def test_reply_when_outer_and_inner(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    shared = stand_in("app.functions.shared.work", {"node": "node of shared"})
    answer = service.ask("POST", "/partial-join", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"shared": "node of shared"}
    assert sorted(body["meta"]["node_timings"]) == ["shared"]
    assert shared.calls == [{"given": "shared"}]


def test_reply_when_not_outer(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    shared = stand_in("app.functions.shared.work", {"node": "node of shared"})
    answer = service.ask("POST", "/partial-join", {**INPUT, "a": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"shared": "node of shared"}
    assert sorted(body["meta"]["node_timings"]) == ["shared"]
    assert shared.calls == [{"given": "shared"}]


def test_second_when_outer_and_not_inner(service: Service, stand_in: StandInFor) -> None:
    """The response `second` answers."""
    other = stand_in("app.functions.other.work", {"node": "node of other"})
    answer = service.ask("POST", "/partial-join", {**INPUT, "b": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"other": "node of other"}
    assert sorted(body["meta"]["node_timings"]) == ["other"]
    assert other.calls == [{"given": "other"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.shared.work", {"node": "node of shared"})
    whole = service.ask("POST", "/partial-join", INPUT).json()
    events = service.stream("POST", "/partial-join", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
