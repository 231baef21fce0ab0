"""Tests of inputs against the simulated OpenAI."""

from typing import Any

import pytest

from tests.conftest import Service

INPUT: dict[str, Any] = {"text": "Hello", "whole": 2}


@pytest.mark.skip(reason="The input has a pattern: put a text that fits it into INPUT.")
def test_answers_in_one_piece(service: Service) -> None:
    """One JSON answer carries the output, the usage and what the run was."""
    answer = service.ask("PUT", "/inputs", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "output" in body
    assert body["usage"]["total_tokens"] >= 0
    assert body["meta"]["execution_id"]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """What is missing is named, and nothing is sent to the model."""
    answer = service.ask("PUT", "/inputs", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
