"""Tests of from-pydantic."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {
    "tree": {"value": "Hello! What can you do for me?"},
    "pet": {"kind": "cat", "lives": 1},
    "place": [0.5, 0.5],
    "tags": ["Hello! What can you do for me?"],
    "more": "Hello! What can you do for me?",
}


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("POST", "/from-pydantic", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "all": {
            "tree": {"value": "Hello! What can you do for me?", "weight": 1.5, "children": []},
            "spare": {"value": "spare", "weight": 1.5, "children": []},
            "color": "red",
            "pet": {"kind": "cat", "lives": 1},
            "place": [0.5, 0.5],
            "tags": ["Hello! What can you do for me?"],
            "more": "Hello! What can you do for me?",
        },
        "value": "Hello! What can you do for me?",
        "first": "none",
        "owner": "nobody",
        "color": "red",
        "pet": "cat",
        "lives": 1,
        "west": 0.5,
        "spare": "spare",
        "weight": 1.5,
    }


def test_a_stream_says_what_one_answer_says(service: Service) -> None:
    """It ends once, with the same output and usage as in one piece."""
    whole = service.ask("POST", "/from-pydantic", INPUT).json()
    events = service.stream("POST", "/from-pydantic", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/from-pydantic", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
