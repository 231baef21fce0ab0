"""The fixtures of these tests; `service.py` and `simulated_providers/fixtures.py` say what they are."""

import pytest

from tests.service import service, stand_in, start_service
from tests.simulated_providers.fixtures import environment, running_simulation, simulated_openai

__all__ = ["environment", "running_simulation", "service", "simulated_openai", "stand_in", "start_service"]

_LONGEST = ("chaos", "durable_faults", "fleet", "kills", "durable", "batch", "queues", "waiting")
"""What takes longest though it is few tests, most of which wait, by words in the names of files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the longest files begin first: whatever begins last is waited for alone."""
    items.sort(key=lambda item: next((at for at, name in enumerate(_LONGEST) if name in item.path.stem), len(_LONGEST)))
