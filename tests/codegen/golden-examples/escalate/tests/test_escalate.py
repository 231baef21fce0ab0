"""Tests of escalate against the simulated OpenAI."""

from typing import Any

import pytest

from tests.service import Service
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"question": "May we cancel a contract that renewed itself last week?"}


@pytest.mark.skip(
    reason='No input and no answers were found that lead to "first_try". Set them up, and say what comes out.'
)
def test_first_try_fails(service: Service) -> None:
    """Not written yet: first_try fails."""
    answer = service.ask("POST", "/escalate", INPUT)
    assert answer.status_code == 200, answer.text


@pytest.mark.skip(
    reason='No input and no answers were found that lead to "cheap". Set them up, and say what comes out.'
)
def test_cheap_when_good_enough(service: Service) -> None:
    """Not written yet: cheap when good_enough."""
    answer = service.ask("POST", "/escalate", INPUT)
    assert answer.status_code == 200, answer.text


@pytest.mark.skip(
    reason='No input and no answers were found that lead to "better". Set them up, and say what comes out.'
)
def test_better_when_not_good_enough(service: Service) -> None:
    """Not written yet: better when not good_enough."""
    answer = service.ask("POST", "/escalate", INPUT)
    assert answer.status_code == 200, answer.text


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/escalate", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
