"""Tests of meeting."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"kind": "bill", "urgent": True, "text": "Hello! What can you do for me?"}


def test_end_when_sized_is_unknown(service: Service, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    ask = stand_in("app.functions.ask.run", "what ask gives")
    answer = service.ask("POST", "/meeting", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what ask gives"
    assert sorted(body["meta"]["node_timings"]) == ["ask"]
    assert ask.calls == [{"text": "nothing"}]


def test_end_when_pick_is_yes_and_sized_is_unknown(service: Service, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    agree = stand_in("app.functions.agree.run", "what agree gives")
    both = stand_in("app.functions.both.run", "what both gives")
    ask = stand_in("app.functions.ask.run", "what ask gives")
    answer = service.ask("POST", "/meeting", {**INPUT, "text": "yes"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what ask gives"
    assert sorted(body["meta"]["node_timings"]) == ["agree", "ask", "both"]
    assert agree.calls == [{"text": "yes"}]
    assert both.calls == [{"text": "what agree gives"}]
    assert ask.calls == [{"text": "what both gives"}]


def test_end_when_pick_is_no_and_sized_is_unknown(service: Service, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    deny = stand_in("app.functions.deny.run", "what deny gives")
    both = stand_in("app.functions.both.run", "what both gives")
    ask = stand_in("app.functions.ask.run", "what ask gives")
    answer = service.ask("POST", "/meeting", {**INPUT, "text": "no"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what ask gives"
    assert sorted(body["meta"]["node_timings"]) == ["ask", "both", "deny"]
    assert deny.calls == [{"text": "no"}]
    assert both.calls == [{"text": "what deny gives"}]
    assert ask.calls == [{"text": "what both gives"}]


def test_end_when_pick_is_unclear(service: Service, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    ask = stand_in("app.functions.ask.run", "what ask gives")
    answer = service.ask("POST", "/meeting", {**INPUT, "note": "text"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what ask gives"
    assert sorted(body["meta"]["node_timings"]) == ["ask"]
    assert ask.calls == [{"text": "nothing"}]


def test_no_response_when_pick_is_none(service: Service) -> None:
    """No response answers."""
    answer = service.ask("POST", "/meeting", {**INPUT, "text": ""})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] is None


def test_end_when_pick_is_default_and_sized_is_free(service: Service) -> None:
    """The response `end` answers."""
    answer = service.ask("POST", "/meeting", {**INPUT, "amount": 0})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Hello! What can you do for me?"


def test_end_when_sized_is_default(service: Service, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    ask = stand_in("app.functions.ask.run", "what ask gives")
    answer = service.ask("POST", "/meeting", {**INPUT, "amount": 1})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what ask gives"
    assert sorted(body["meta"]["node_timings"]) == ["ask"]
    assert ask.calls == [{"text": "nothing"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.ask.run", "what ask gives")
    whole = service.ask("POST", "/meeting", INPUT).json()
    events = service.stream("POST", "/meeting", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/meeting", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
