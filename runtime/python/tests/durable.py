"""Durable runs in tests: where they are kept, and a service that ends in the middle of one."""

import importlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.server import App, serve
from tests.service import Service, StartService, ask_no_proxy
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation

_LONGEST_SECONDS = 30.0
_TOKEN = "token-of-tests"


@pytest.fixture(autouse=True)
def durable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the runs of each test in a file of its own. The service has a token, and looks into its queues at once."""
    monkeypatch.setenv("DURABLE_DATABASE_URL", "")
    monkeypatch.setenv("DURABLE_PATH", str(tmp_path / "durable.db"))
    monkeypatch.setenv("DRAIN_SECONDS", "0.1")
    monkeypatch.setenv("RUNS_TOKEN", _TOKEN)
    monkeypatch.setenv("QUEUE_POLL_SECONDS", "0.05")
    ask_no_proxy(monkeypatch)


def starting_with_token(start: StartService) -> StartService:
    """Starts services whose client has the token that begins what only the operator may."""

    def start_with_token(app: App) -> Service:
        service = start(app)
        service.client.headers["authorization"] = f"Bearer {_TOKEN}"
        return service

    return start_with_token


def refuses_strangers(service: Service, path: str, given: Any) -> None:
    """Nobody comes in without the token, or with another."""
    for headers in ({}, {"authorization": "Bearer wrong"}):
        with httpx2.Client(base_url=service.url, headers=headers, trust_env=False) as stranger:
            answer = stranger.post(path, json=given)
            assert answer.status_code == 403, answer.text
            assert answer.json()["code"] == "runs_token_needed"


def cut_off(simulation: RunningSimulation, answers: Sequence[Answer], method: str, path: str, given: Any) -> Any:
    """A run whose service ends while it waits for the last of these answers, and that the next service takes up.

    Gives what is told of it when it has ended.
    """
    app = importlib.import_module("app.main").app
    simulation.settings.answers = [*answers, answers[-1]]
    simulation.settings.faults = [*[None] * (len(answers) - 1), "stall"]
    content = {"params" if method in ("GET", "DELETE") else "json": given}
    with serve(app) as server, httpx2.Client(base_url=server.url, timeout=30, trust_env=False, verify=False) as client:
        begun = client.request(
            method, path, headers={"prefer": "respond-async", "authorization": f"Bearer {_TOKEN}"}, **content
        )
        assert begun.status_code == 202, begun.text
        assert simulation.connections.wait_for_requests(len(answers), _LONGEST_SECONDS)
    simulation.settings.faults = []
    with serve(app) as server, httpx2.Client(base_url=server.url, timeout=30, trust_env=False, verify=False) as client:
        end = time.monotonic() + _LONGEST_SECONDS
        while (run := client.get(begun.headers["location"]).json())["status"] == "running":
            assert time.monotonic() < end, run
            time.sleep(0.05)
        return run
