"""Tests of ping."""

from typing import Any

from tests.service import Service

INPUT: dict[str, Any] = {"challenge": "Hello! What can you do for me?"}


def test_echo_answers(service: Service) -> None:
    """The response `echo` answers."""
    answer = service.ask("POST", "/ping", INPUT, accept="*/*", body="query")
    assert answer.status_code == 200, answer.text
    assert answer.text == "Hello! What can you do for me?"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/ping", {}, body="query")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
