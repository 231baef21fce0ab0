"""Tests of answer-beside-work."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {}


def test_early_when_check(service: Service, stand_in: StandInFor) -> None:
    """The response `early` answers."""
    first = stand_in("app.functions.first_2.work", {"node": "node of first"})
    log = stand_in("app.functions.log.work", "what log gives")
    answer = service.ask("POST", "/answer-beside-work", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "node of first"
    assert sorted(body["meta"]["node_timings"]) == ["first", "log"]
    assert first.calls == [{"given": "first"}]
    assert log.calls == [{"given": "node of first"}]


def test_late_when_not_check(service: Service, stand_in: StandInFor) -> None:
    """The response `late` answers."""
    first = stand_in("app.functions.first_2.work", {"node": "node of first"})
    deep = stand_in("app.functions.deep.work", {"node": "node of deep"})
    log = stand_in("app.functions.log.work", "what log gives")
    answer = service.ask("POST", "/answer-beside-work", {**INPUT, "a": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "node of deep"
    assert sorted(body["meta"]["node_timings"]) == ["deep", "first", "log"]
    assert first.calls == [{"given": "first"}]
    assert deep.calls == [{"given": "deep"}]
    assert log.calls == [{"given": "node of first"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.first_2.work", {"node": "node of first"})
    stand_in("app.functions.log.work", "what log gives")
    whole = service.ask("POST", "/answer-beside-work", INPUT).json()
    events = service.stream("POST", "/answer-beside-work", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
