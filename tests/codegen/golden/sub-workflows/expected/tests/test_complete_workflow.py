"""Tests of complete."""

from typing import Any

import pytest

from app.workflows.complete_workflow import CompleteWorkflowInput, run
from tests.service import Service, StartService, serving

INPUT: dict[str, Any] = {"text": "Hello! What can you do for me?", "class": 1}
APP = serving(run, CompleteWorkflowInput)


@pytest.fixture
def service(start_service: StartService) -> Service:
    """The workflow alone, without those that call it."""
    return start_service(APP)


def test_done_answers(service: Service) -> None:
    """The response `done` answers."""
    answer = service.ask("POST", "/", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"text": "Hello! What can you do for me?", "class": 1}


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
