"""Tests of diamond."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {}


def test_reply_when_check(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    yes = stand_in("app.functions.yes.work", {"given": "given of yes"})
    after = stand_in("app.functions.after.work", {"given": "given of after"})
    answer = service.ask("POST", "/diamond", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "given of after"
    assert sorted(body["meta"]["node_timings"]) == ["after", "yes"]
    assert yes.calls == [{"given": "yes"}]
    assert after.calls == [{"given": "given of yes"}]


def test_reply_when_not_check(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    no = stand_in("app.functions.no.work", {"given": "given of no"})
    after = stand_in("app.functions.after.work", {"given": "given of after"})
    answer = service.ask("POST", "/diamond", {**INPUT, "a": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "given of after"
    assert sorted(body["meta"]["node_timings"]) == ["after", "no"]
    assert no.calls == [{"given": "no"}]
    assert after.calls == [{"given": "given of no"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.yes.work", {"given": "given of yes"})
    stand_in("app.functions.after.work", {"given": "given of after"})
    whole = service.ask("POST", "/diamond", INPUT).json()
    events = service.stream("POST", "/diamond", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
