"""Tests of name-clashes against the simulated OpenAI."""

from typing import Any

import pytest

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"number": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_REGION", "test shop_region")


def test_reply_answers(service: Service, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    complete = stand_in("app.workflows.name_clashes.COMPLETE_WORKFLOW", {"text": "text of complete", "class": 1})
    other = stand_in("app.workflows.name_clashes.FIND_ORDER_2", "what other gives")
    mine = stand_in("app.functions.mine.find_order", "what mine gives")
    find_order = stand_in(
        "app.workflows.name_clashes.FIND_ORDER",
        {"number": "A-1042", "status": "status of find_order", "text": "what find_order gives"},
    )
    answer = service.ask("POST", "/name-clashes", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == [1, "status of find_order", "what other gives", "what mine gives"]
    assert sorted(body["meta"]["node_timings"]) == ["complete", "find_order", "mine", "other"]
    assert complete.calls == [{"text": "Hello! What can you do for me?", "class": 7}]
    assert other.calls == [{"number": "TEXT OF COMPLETE"}]
    assert mine.calls == [{"number": "what other gives"}]
    assert find_order.calls == [{"number": "Hello! What can you do for me?"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.name_clashes.COMPLETE_WORKFLOW", {"text": "text of complete", "class": 1})
    stand_in("app.workflows.name_clashes.FIND_ORDER_2", "what other gives")
    stand_in("app.functions.mine.find_order", "what mine gives")
    stand_in(
        "app.workflows.name_clashes.FIND_ORDER",
        {"number": "A-1042", "status": "status of find_order", "text": "what find_order gives"},
    )
    whole = service.ask("POST", "/name-clashes", INPUT).json()
    events = service.stream("POST", "/name-clashes", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/name-clashes", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
