"""Tests of inputs."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {"text": "aa", "whole": 2}


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("PUT", "/inputs", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "all": {"text": "aa", "whole": 2},
        "row": "no row",
        "deepest": False,
        "price": "It is 2.5, in JSON null.",
    }


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("PUT", "/inputs", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
