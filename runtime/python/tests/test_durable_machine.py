"""A clock that jumps and a disk that is full, for what waits, what is due and what goes over many rows."""

import resource
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.batches import read_rows, write_rows
from tests.durable_runs import KillableService, faked_clock, killable_service
from tests.simulated_providers.testing import RunningSimulation

OPERATOR = {"authorization": "Bearer token-of-runs"}
_LONGEST_SECONDS = 90.0


@contextmanager
def mixed(
    folder: Path, simulation: RunningSimulation, more: dict[str, str] | None = None
) -> Generator[KillableService]:
    """A service of which runs wait for a person and for an event, stand in a queue, and are due each minute."""
    with killable_service(folder, simulation.base_url, more, "tests.mixed_service") as service:
        service.client.headers.update(OPERATOR)
        service.start()
        service.wait_until_up()
        yield service


def waiting(service: KillableService, *kinds: str) -> dict[str, str]:
    """Runs that have come to where they wait, by their kinds."""
    runs = {kind: service.begin({"topic": f"waits-{kind}"}, path=f"/{kind}") for kind in kinds}
    end = time.monotonic() + _LONGEST_SECONDS
    for run_id in runs.values():
        while not any(step["status"] == "waiting" for step in service.run(run_id)["steps"]):
            assert time.monotonic() < end
            time.sleep(0.05)
    return runs


def end_waits(service: KillableService, runs: dict[str, str]) -> None:
    """Decides the one and sends the other what it waits for, and sees both succeed."""
    decided = {"approved": True}
    assert service.ask("POST", f"/runs/{runs['approve']}/approvals/approve", json=decided).status_code == 200
    sent = {"key": "waits-collect", "payload": 7}
    assert service.ask("POST", "/events/paid", json=sent).status_code == 202
    for run_id in runs.values():
        assert service.wait_for(run_id, _LONGEST_SECONDS)["status"] == "succeeded"


def scheduled(service: KillableService) -> list[str]:
    """For which times runs have begun by the clock."""
    listed = service.ask("GET", "/runs", params={"workflow": "report", "limit": 1000}).json()["runs"]
    runs = [service.wait_for(run["id"], _LONGEST_SECONDS) for run in listed]
    return sorted(run["result"]["output"]["due"] for run in runs)


@pytest.mark.parametrize("jump", ["+20h", "-20h"])
def test_what_waits_goes_on_when_the_clock_jumps_and_what_is_due_begins_once(
    tmp_path: Path, simulated_openai: RunningSimulation, jump: str
) -> None:
    clock = tmp_path / "clock"
    with mixed(tmp_path, simulated_openai, faked_clock(clock)) as service:
        runs = waiting(service, "approve", "collect")
        before = scheduled(service)
        clock.write_text(jump)
        time.sleep(3)
        end_waits(service, runs)
        queued = service.begin({"topic": "queued"}, path="/queues/orders")
        assert service.wait_for(queued, _LONGEST_SECONDS)["status"] == "succeeded"
        # A jump is noticed within half a minute. Of the 1,200 minutes that were passed over one has a run, and those
        # that begin meanwhile; of those that come again none.
        began = time.monotonic()
        added: list[str] = []
        while jump.startswith("+") and not added:
            assert time.monotonic() - began < _LONGEST_SECONDS
            time.sleep(0.5)
            added = [due for due in scheduled(service) if due not in before]
        added = [due for due in scheduled(service) if due not in before]
        assert len(added) == len(set(added)) <= (4 if jump.startswith("+") else 0)


def test_a_wait_is_over_when_the_clock_jumps_past_its_end(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    clock = tmp_path / "clock"
    with mixed(tmp_path, simulated_openai, faked_clock(clock)) as service:
        runs = waiting(service, "approve", "collect")
        clock.write_text("+2d")
        codes = {kind: service.wait_for(run_id, _LONGEST_SECONDS)["problem"]["code"] for kind, run_id in runs.items()}
        assert codes == {"approve": "approval_timed_out", "collect": "event_timed_out"}


def test_what_waits_is_kept_while_the_disk_is_full(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    with mixed(tmp_path, simulated_openai) as service:
        runs = waiting(service, "approve", "collect")
        _, hard = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
        size = (tmp_path / "durable.db-wal").stat().st_size
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (size, hard))
        path = f"/runs/{runs['approve']}/approvals/approve"
        refused: list[Any] = []
        end = time.monotonic() + _LONGEST_SECONDS
        # There may be room left in the file for a record or two, of which nobody waits for.
        while not refused:
            assert time.monotonic() < end
            answer = service.ask("POST", "/events/paid", json={"key": "nobody", "payload": "x" * 4000})
            refused += [answer] if answer.status_code == 503 else []
        for answer in (*refused, service.ask("POST", path, json={"approved": True})):
            assert (answer.status_code, answer.json()["code"]) == (503, "runs_unreachable")
        assert service.ask("POST", "/queues/orders", json={"topic": "full"}).status_code == 503
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (hard, hard))
        end_waits(service, runs)


@pytest.mark.usefixtures("environment")
def test_a_batch_goes_on_when_the_disk_has_room_and_the_clock_jumps(
    simulated_openai: RunningSimulation, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(300)])
    results = tmp_path / "results.jsonl"
    clock = tmp_path / "clock"
    for name, value in faked_clock(clock).items():
        environment.setenv(name, value)
    simulated_openai.settings.first_token_ms = 20
    command = [
        sys.executable,
        "-m",
        "tests.batch_project",
        "echo",
        "--input",
        str(rows),
        "--out",
        str(results),
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        end = time.monotonic() + _LONGEST_SECONDS
        while not (results.exists() and results.stat().st_size > 10_000):
            assert time.monotonic() < end
            time.sleep(0.01)
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (results.stat().st_size, hard))
        clock.write_text("-10d")
        time.sleep(2)
        stuck = results.stat().st_size
        time.sleep(1)
        assert (results.stat().st_size, process.poll()) == (stuck, None)
        clock.write_text("+10d")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        told = process.communicate(timeout=_LONGEST_SECONDS)[0]
    assert process.returncode == 0, told
    assert "trying again" in told
    assert [row["row"] for row in read_rows(results)] == list(range(1, 301))
    assert len(simulated_openai.requests) == 300
