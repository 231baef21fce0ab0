"""Tests of once."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {"kind": "a"}


def test_first_when_pick_is_a(service: Service) -> None:
    """The response `first` answers."""
    answer = service.ask("POST", "/once", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "a"


def test_second_when_pick_is_b(service: Service) -> None:
    """The response `second` answers."""
    answer = service.ask("POST", "/once", {**INPUT, "kind": "b"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "b"


def test_none_when_again_is_default(service: Service) -> None:
    """The response `none` answers."""
    answer = service.ask("POST", "/once", {**INPUT, "kind": "ax"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] is None


def test_third_when_pick_is_default_and_again_is_c(service: Service) -> None:
    """The response `third` answers."""
    answer = service.ask("POST", "/once", {**INPUT, "kind": "c"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "c"


def test_fourth_when_pick_is_default_and_again_is_d(service: Service) -> None:
    """The response `fourth` answers."""
    answer = service.ask("POST", "/once", {**INPUT, "kind": "d"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "d"


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("POST", "/once", INPUT).json()
    events = service.stream("POST", "/once", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
