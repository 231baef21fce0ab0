"""Tests of nested-forks."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {}


def test_reply_answers(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    one = stand_in("app.functions.one.work", {"node": "node of one"})
    two = stand_in("app.functions.two.work", {"node": "node of two"})
    joined = stand_in("app.functions.joined.work", {"given": "given of joined"})
    three = stand_in("app.functions.three.work", {"node": "node of three"})
    three_a = stand_in("app.functions.three_a.work", {"node": "node of three_a"})
    three_b = stand_in("app.functions.three_b.work", {"node": "node of three_b"})
    answer = service.ask("POST", "/nested-forks", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == ["given of joined", "node of three_a", "node of three_b"]
    assert sorted(body["meta"]["node_timings"]) == ["joined", "one", "three", "three_a", "three_b", "two"]
    assert one.calls == [{"given": "1"}]
    assert two.calls == [{"given": "2"}]
    assert joined.calls == [{"given": ["node of one", "node of two"]}]
    assert three.calls == [{"given": "3"}]
    assert three_a.calls == [{"given": "node of three"}]
    assert three_b.calls == [{"given": "node of three"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.one.work", {"node": "node of one"})
    stand_in("app.functions.two.work", {"node": "node of two"})
    stand_in("app.functions.joined.work", {"given": "given of joined"})
    stand_in("app.functions.three.work", {"node": "node of three"})
    stand_in("app.functions.three_a.work", {"node": "node of three_a"})
    stand_in("app.functions.three_b.work", {"node": "node of three_b"})
    whole = service.ask("POST", "/nested-forks", INPUT).json()
    events = service.stream("POST", "/nested-forks", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
