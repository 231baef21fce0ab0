"""The fixtures of these tests; `service.py` and `simulated_providers/fixtures.py` say what they are."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.service import service, stand_in, start_service
from tests.simulated_providers.fixtures import environment, running_simulation, simulated_openai

__all__ = ["environment", "running_simulation", "service", "simulated_openai", "stand_in", "start_service"]

_LONGEST = ("chaos", "durable_faults", "fleet", "kills", "durable", "batch", "queues", "waiting")
"""What takes longest though it is few tests, most of which wait, by words in the names of files."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the longest files begin first: whatever begins last is waited for alone."""
    items.sort(key=lambda item: next((at for at, name in enumerate(_LONGEST) if name in item.path.stem), len(_LONGEST)))


_HERE = Path(__file__).parent
_UNCOUNTED = (_HERE / "faults", *_HERE.glob("test_simulated_*.py"))
"""Thousands of faults that go where fewer tests have been, and tests of the simulated providers, no part of `app`.

Single tests that repeat what others do very often are marked `uncounted`.
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Does not count which lines some tests run: that takes them twice as long, what they set up included."""
    counting = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    is_counted = item.get_closest_marker("uncounted") is None and not any(map(item.path.is_relative_to, _UNCOUNTED))
    if counting is None or is_counted:
        return (yield)
    counting.pause()
    try:
        return (yield)
    finally:
        counting.resume()
