"""Durable runs in tests: where they are kept, and a service that ends in the middle of one."""

import importlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.server import serve
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation

_LONGEST_SECONDS = 30.0


@pytest.fixture(autouse=True)
def durable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the runs of each test in a file of its own."""
    monkeypatch.setenv("DURABLE_DATABASE_URL", "")
    monkeypatch.setenv("DURABLE_PATH", str(tmp_path / "durable.db"))


def cut_off(simulation: RunningSimulation, answers: Sequence[Answer], method: str, path: str, given: Any) -> Any:
    """A run whose service ends while it waits for the last of these answers, and that the next service takes up.

    Gives what is told of it when it has ended.
    """
    app = importlib.import_module("app.main").app
    simulation.settings.answers = [*answers, answers[-1]]
    simulation.settings.faults = [*[None] * (len(answers) - 1), "stall"]
    content = {"params" if method in ("GET", "DELETE") else "json": given}
    with serve(app) as server, httpx2.Client(base_url=server.url, timeout=30, trust_env=False) as client:
        begun = client.request(method, path, headers={"prefer": "respond-async"}, **content)
        assert begun.status_code == 202, begun.text
        assert simulation.connections.wait_for_requests(len(answers), _LONGEST_SECONDS)
    simulation.settings.faults = []
    with serve(app) as server, httpx2.Client(base_url=server.url, timeout=30, trust_env=False) as client:
        end = time.monotonic() + _LONGEST_SECONDS
        while (run := client.get(begun.headers["location"]).json())["status"] == "running":
            assert time.monotonic() < end, run
            time.sleep(0.05)
        return run
