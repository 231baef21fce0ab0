"""Tests of diamond against the simulated OpenAI."""

from typing import Any

import pytest

from tests.conftest import Service

INPUT: dict[str, Any] = {}


@pytest.mark.skip(reason='Nobody knows before a run what makes it go to "check": set it up, and say what comes out.')
def test_check(service: Service) -> None:
    """Not written yet: check."""
    answer = service.ask("POST", "/diamond", INPUT)
    assert answer.status_code == 200, answer.text


@pytest.mark.skip(reason='Nobody knows before a run what makes it go to "check": set it up, and say what comes out.')
def test_not_check(service: Service) -> None:
    """Not written yet: not check."""
    answer = service.ask("POST", "/diamond", INPUT)
    assert answer.status_code == 200, answer.text


@pytest.mark.skip(reason='Nobody knows before a run what makes it go to "reply": set it up, and say what comes out.')
def test_reply_answers(service: Service) -> None:
    """Not written yet: reply answers."""
    answer = service.ask("POST", "/diamond", INPUT)
    assert answer.status_code == 200, answer.text
