"""Tests of with-token."""

from typing import Any
from unittest.mock import ANY

import pytest

from tests.door.tokens import refuses_strangers, starting_with_token
from tests.service import Service, StartService

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


@pytest.fixture
def start_service(
    start_service: StartService, environment: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> StartService:
    """Starts the service for a caller with a token."""
    return starting_with_token(start_service, environment, request, algorithm="ES256", scopes=["tell"])


def test_reply_answers(service: Service) -> None:
    """The response `reply` answers."""
    answer = service.ask("PUT", "/door/token", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == ["tests", ANY, ANY]


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("PUT", "/door/token", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_refuses_strangers(service: Service) -> None:
    """Only who has a token comes in."""
    refuses_strangers(service, "PUT", "/door/token", INPUT, scopes=["tell"])
