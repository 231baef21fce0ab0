"""Tests of sign-up."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {"email": "ada@example.org", "age": 18}


def test_thanks_answers(service: Service) -> None:
    """The response `thanks` answers."""
    answer = service.ask("POST", "/sign-up", INPUT, accept="*/*", body="form")
    assert answer.status_code == 200, answer.text
    assert answer.text == "<p>Thanks, ada@example.org (18), news.</p><li>news</li>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/sign-up", {}, body="form")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
