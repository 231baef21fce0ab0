"""Tests of ways."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"kind": "bill", "urgent": True, "text": "Hello! What can you do for me?"}


def test_paid_when_pick_is_bill(service: Service, stand_in: StandInFor) -> None:
    """The response `paid` answers."""
    pay = stand_in("app.functions.pay.run", "what pay gives")
    answer = service.ask("POST", "/ways", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what pay gives"
    assert sorted(body["meta"]["node_timings"]) == ["pay"]
    assert pay.calls == [{"text": "Hello! What can you do for me?"}]


def test_hurry_when_pick_is_urgent(service: Service) -> None:
    """The response `hurry` answers."""
    answer = service.ask("POST", "/ways", {**INPUT, "kind": "bug", "amount": 11})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "At once."


def test_mend_when_pick_is_bug(service: Service) -> None:
    """The response `mend` answers."""
    answer = service.ask("POST", "/ways", {**INPUT, "kind": "bug"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "A bug."


def test_wait_when_pick_is_default(service: Service) -> None:
    """The response `wait` answers."""
    answer = service.ask("POST", "/ways", {**INPUT, "kind": "other"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Later."


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.pay.run", "what pay gives")
    whole = service.ask("POST", "/ways", INPUT).json()
    events = service.stream("POST", "/ways", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/ways", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
