"""Tests of together."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"kind": "bill", "urgent": True, "text": "Hello! What can you do for me?"}


def test_reply_when_pick_is_bill(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    hurry = stand_in("app.functions.hurry.run", "what hurry gives")
    answer = service.ask("POST", "/together", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what hurry gives"
    assert sorted(body["meta"]["node_timings"]) == ["hurry"]
    assert hurry.calls == [{"text": "Hello! What can you do for me?"}]


def test_reply_when_pick_is_urgent(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    hurry = stand_in("app.functions.hurry.run", "what hurry gives")
    answer = service.ask("POST", "/together", {**INPUT, "kind": "bug"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what hurry gives"
    assert sorted(body["meta"]["node_timings"]) == ["hurry"]
    assert hurry.calls == [{"text": "Hello! What can you do for me?"}]


def test_reply_when_pick_is_bug(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/together", {**INPUT, "kind": "bug", "urgent": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "A bug."


def test_reply_when_pick_is_noted(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    file = stand_in("app.functions.file.run", "what file gives")
    answer = service.ask(
        "POST",
        "/together",
        {**INPUT, "kind": "other", "urgent": False, "amount": 0.5, "note": "Hello! What can you do for me?"},
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what file gives"
    assert sorted(body["meta"]["node_timings"]) == ["file"]
    assert file.calls == [{"text": "HELLO! WHAT CAN YOU DO FOR ME?"}]


def test_reply_when_pick_is_default(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    file = stand_in("app.functions.file.run", "what file gives")
    answer = service.ask("POST", "/together", {**INPUT, "kind": "other", "urgent": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what file gives"
    assert sorted(body["meta"]["node_timings"]) == ["file"]
    assert file.calls == [{"text": "HELLO! WHAT CAN YOU DO FOR ME?"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.hurry.run", "what hurry gives")
    whole = service.ask("POST", "/together", INPUT).json()
    events = service.stream("POST", "/together", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/together", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
