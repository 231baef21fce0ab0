"""Tests of extract-order against the simulated OpenAI."""

from typing import Any

from tests.conftest import Service

INPUT: dict[str, Any] = {"text": "Please send two desk lamps and one bookshelf to Leeds."}


def test_answers_in_one_piece(service: Service) -> None:
    """One JSON answer carries the output, the usage and what the run was."""
    answer = service.ask("POST", "/orders/extract", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "output" in body
    assert body["usage"]["total_tokens"] >= 0
    assert body["meta"]["execution_id"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """What is missing is named, and nothing is sent to the model."""
    answer = service.ask("POST", "/orders/extract", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
