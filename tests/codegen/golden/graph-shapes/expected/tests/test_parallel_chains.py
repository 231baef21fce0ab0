"""Tests of parallel-chains."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {}


def test_reply_answers(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    left_first = stand_in("app.functions.left_first.work", {"node": "node of left_first"})
    left_second = stand_in("app.functions.left_second.work", "what left_second gives")
    right = stand_in("app.functions.right.work", "what right gives")
    answer = service.ask("POST", "/parallel-chains", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"left": "what left_second gives", "right": "what right gives"}
    assert sorted(body["meta"]["node_timings"]) == ["left_first", "left_second", "right"]
    assert left_first.calls == [{"given": "left"}]
    assert left_second.calls == [{"given": "node of left_first"}]
    assert right.calls == [{"given": "right"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.left_first.work", {"node": "node of left_first"})
    stand_in("app.functions.left_second.work", "what left_second gives")
    stand_in("app.functions.right.work", "what right gives")
    whole = service.ask("POST", "/parallel-chains", INPUT).json()
    events = service.stream("POST", "/parallel-chains", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
