"""Fixtures: a simulated OpenAI on a real port, and an environment that leads to it."""

from collections.abc import Iterator

import pytest

from tests.simulated_providers.carried import ACCOUNTS
from tests.simulated_providers.testing import RunningSimulation, simulate


@pytest.fixture(scope="session")
def running_simulation() -> Iterator[RunningSimulation]:
    """A simulated OpenAI for all tests; `simulated_openai` is how one of them gets it."""
    with simulate() as simulation:
        yield simulation


@pytest.fixture
def simulated_openai(running_simulation: RunningSimulation) -> Iterator[RunningSimulation]:
    """A running simulated OpenAI with `.base_url`, recorded `.requests` and `.settings` for answers and faults.

    No prompt counts as cached, so that the same request costs the same twice.
    """
    running_simulation.settings.reset()
    running_simulation.settings.cache_prompts = False
    running_simulation.requests.clear()
    yield running_simulation
    # Nobody waits for a stalled answer any more.
    running_simulation.connections.drop()


@pytest.fixture
def environment(simulated_openai: RunningSimulation, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Points the service's environment at the simulated OpenAI; tests may set more before they ask for `service`."""
    for key, base_url, path in ACCOUNTS:
        monkeypatch.setenv(key, "sk-test")
        monkeypatch.setenv(base_url, f"{simulated_openai.origin}{path}")
    return monkeypatch
