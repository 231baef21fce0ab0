"""Tests of query."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {}


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("GET", "/query", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"from": 0}


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("GET", "/query", INPUT).json()
    events = service.stream("GET", "/query", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
