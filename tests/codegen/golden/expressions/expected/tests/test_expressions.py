"""Tests of expressions."""

from typing import Any

import pytest

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"age": 1, "name": "Hello! What can you do for me?", "free": None}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGION", "test region")
    monkeypatch.setenv("ZONE", "test zone")


def test_reply_answers(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    data = stand_in(
        "app.workflows.expressions.work",
        {
            "given": {
                "count": 1,
                "yes": 1,
                "none": "none of data",
                "text": "text of data",
                "items": [{"name": "name of data"}, {"name": "name of data"}],
            }
        },
    )
    answer = service.ask("POST", "/expressions", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "typed": 1,
        "mixed": "Hello! What can you do for me? is 1 of null",
        "compare": False,
        "untyped": True,
        "equal": False,
        "not_equal": False,
        "is_null": False,
        "item": "name of data",
        "bracket": "name of data",
        "fallback": "none",
        "nick": "HELLO! WHAT CAN YOU DO FOR ME?",
        "first_tag": "no tag",
        "joined": "",
        "count": 0,
        "logic": False,
        "city": "unknown",
        "zip": "unknown",
        "whole": None,
        "trim": "text of data",
        "json": '[{"name":"name of data"},{"name":"name of data"}]',
        "round": 2.6,
        "int": 42,
        "float": 2.5,
        "string": "1",
        "last": {"name": "name of data"},
        "braces": "a {{ b }} c",
        "region": "test region",
        "zone": "test zone",
        "score": None,
        "everything": {"age": 1, "name": "Hello! What can you do for me?", "tags": [], "free": None},
    }
    assert sorted(body["meta"]["node_timings"]) == ["data"]
    assert data.calls == [
        {
            "given": {
                "items": [{"name": "first"}, {"name": "last"}],
                "count": 2,
                "yes": True,
                "none": None,
                "text": " Some Text ",
            }
        }
    ]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.workflows.expressions.work",
        {
            "given": {
                "count": 1,
                "yes": 1,
                "none": "none of data",
                "text": "text of data",
                "items": [{"name": "name of data"}, {"name": "name of data"}],
            }
        },
    )
    whole = service.ask("POST", "/expressions", INPUT).json()
    events = service.stream("POST", "/expressions", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/expressions", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
