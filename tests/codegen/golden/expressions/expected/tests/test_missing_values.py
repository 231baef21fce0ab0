"""Tests of missing-values."""

from typing import Any

from tests.service import Service, StandInFor

INPUT: dict[str, Any] = {"which": "nothing"}


def test_fine_when_not_is_input_and_not_is_argument(service: Service, stand_in: StandInFor) -> None:
    """The response `fine` answers."""
    data = stand_in(
        "app.functions.data_2.work",
        {
            "given": {
                "absent": "absent of data",
                "gone": "gone of data",
                "items": [None, None, None, {"name": "name of data"}],
            }
        },
    )
    answer = service.ask("POST", "/missing-values", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "fine"
    assert sorted(body["meta"]["node_timings"]) == ["data"]
    assert data.calls == [{"given": {"items": []}}]


def test_value_when_is_value(service: Service, stand_in: StandInFor) -> None:
    """The response `value` answers."""
    data = stand_in(
        "app.functions.data_2.work",
        {
            "given": {
                "absent": "absent of data",
                "gone": "gone of data",
                "items": [None, None, None, {"name": "name of data"}],
            }
        },
    )
    answer = service.ask("POST", "/missing-values", {**INPUT, "which": "value"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"x": "absent of data"}
    assert sorted(body["meta"]["node_timings"]) == ["data"]
    assert data.calls == [{"given": {"items": []}}]


def test_text_when_not_is_value_and_is_text(service: Service, stand_in: StandInFor) -> None:
    """The response `text` answers."""
    data = stand_in(
        "app.functions.data_2.work",
        {
            "given": {
                "absent": "absent of data",
                "gone": "gone of data",
                "items": [None, None, None, {"name": "name of data"}],
            }
        },
    )
    answer = service.ask("POST", "/missing-values", {**INPUT, "which": "text"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "It is text and name of data."
    assert sorted(body["meta"]["node_timings"]) == ["data"]
    assert data.calls == [{"given": {"items": []}}]


def test_input_when_not_is_text_and_is_input(service: Service, stand_in: StandInFor) -> None:
    """The response `input` answers."""
    data = stand_in(
        "app.functions.data_2.work",
        {
            "given": {
                "absent": "absent of data",
                "gone": "gone of data",
                "items": [None, None, None, {"name": "name of data"}],
            }
        },
    )
    answer = service.ask(
        "POST", "/missing-values", {**INPUT, "which": "input", "nick": "Hello! What can you do for me?"}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["data"]
    assert data.calls == [{"given": {"items": []}}]


def test_end_when_not_is_input_and_is_argument(service: Service, stand_in: StandInFor) -> None:
    """The response `end` answers."""
    data = stand_in(
        "app.functions.data_2.work",
        {
            "given": {
                "absent": "absent of data",
                "gone": "gone of data",
                "items": [None, None, None, {"name": "name of data"}],
            }
        },
    )
    argument = stand_in("app.functions.argument.work", "what argument gives")
    answer = service.ask("POST", "/missing-values", {**INPUT, "which": "argument"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "what argument gives"
    assert sorted(body["meta"]["node_timings"]) == ["argument", "data"]
    assert data.calls == [{"given": {"items": []}}]
    assert argument.calls == [{"given": "gone of data"}]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.functions.data_2.work",
        {
            "given": {
                "absent": "absent of data",
                "gone": "gone of data",
                "items": [None, None, None, {"name": "name of data"}],
            }
        },
    )
    whole = service.ask("POST", "/missing-values", INPUT).json()
    events = service.stream("POST", "/missing-values", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/missing-values", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
