"""Tests of notice."""

from typing import Any

import pytest

from tests.door.webhooks import refuses_forgeries, refuses_repetitions, starting_signed
from tests.service import Service, StartService

INPUT: dict[str, Any] = {"action": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET_NOTICE", "test webhook_secret_notice")


@pytest.fixture
def start_service(start_service: StartService, environment: pytest.MonkeyPatch) -> StartService:
    """Starts the service for one who signs what he sends."""
    return starting_signed(start_service, environment, "notice")


def test_no_response_answers(service: Service) -> None:
    """No response answers."""
    answer = service.ask("POST", "/webhooks/notice", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] is None


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/webhooks/notice", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_refuses_forgeries(service: Service) -> None:
    """Nothing runs that is not signed with the secret."""
    refuses_forgeries(service, "notice", "/webhooks/notice", INPUT)


def test_refuses_repetitions(service: Service) -> None:
    """What has come once does not run again."""
    refuses_repetitions(service, "/webhooks/notice", INPUT)
