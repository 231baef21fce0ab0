"""Tests of from-zod."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {"kind": "mail", "to": "A@A.AA"}


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/from-zod", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"kind": "mail", "to": "A@A.AA", "a": 0}


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("POST", "/from-zod", INPUT).json()
    events = service.stream("POST", "/from-zod", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/from-zod", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
