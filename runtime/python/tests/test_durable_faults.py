"""Durable runs while what keeps them fails: a Postgres that is away, a disk that is full.

`CATALYST_AWAY_SECONDS` says how long.
"""

import os
import resource
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.database_servers import running_postgres
from tests.durable_runs import Follower, KillableService, faked_clock, killable_service
from tests.simulated_providers.testing import RunningSimulation

OPERATOR = {"authorization": "Bearer token-of-runs"}
AWAY_SECONDS = float(os.environ.get("CATALYST_AWAY_SECONDS", "2"))


def test_runs_wait_for_a_postgres_that_is_away(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.tokens_per_second = 200
    with (
        running_postgres() as postgres,
        killable_service(
            tmp_path, simulated_openai.base_url, {"DURABLE_DATABASE_URL": postgres.url, "DURABLE_DATABASE_SECONDS": "1"}
        ) as service,
    ):
        service.start()
        service.wait_until_up()
        runs = [service.begin({"name": f"away{number}", "words": ["one", "two"]}) for number in range(3)]
        followers = [Follower(service, run_id) for run_id in runs]
        assert simulated_openai.connections.wait_for_requests(4, 20)
        postgres.stop()
        refused = service.ask("GET", f"/runs/{runs[0]}")
        assert refused.status_code == 503
        assert refused.json()["code"] == "runs_unreachable"
        assert service.ask("GET", "/healthz").status_code == 200
        time.sleep(AWAY_SECONDS)
        postgres.start()
        for run_id, follower in zip(runs, followers, strict=True):
            run = service.wait_for(run_id, 120)
            assert run["status"] == "succeeded", run
            assert not any("repeated" in step for step in run["steps"])
            assert [name for _, name, _ in follower.join()].count("done") == 1
        assert len(simulated_openai.requests) == 3 * 9


def test_what_waits_and_what_is_queued_outlives_a_postgres_that_is_away(
    tmp_path: Path, simulated_openai: RunningSimulation
) -> None:
    with running_postgres() as postgres, ExitStack() as stack:
        more = {
            "DURABLE_DATABASE_URL": postgres.url,
            "DURABLE_DATABASE_SECONDS": "1",
            "DURABLE_TAKEOVER_SECONDS": f"{max(2, AWAY_SECONDS / 4):g}",
        }
        services: list[KillableService] = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            made = killable_service(tmp_path / name, simulated_openai.base_url, more, "tests.mixed_service")
            services.append(stack.enter_context(made))
            services[-1].start()
        one, two = services
        two.wait_until_up()
        asked = [one.begin({"topic": f"asked{number}"}, path="/approve") for number in range(4)]
        paid = [two.begin({"topic": f"paid{number}"}, path="/collect") for number in range(4)]
        for run_id in (*asked, *paid):
            _until_waiting(one, run_id)
        simulated_openai.settings.first_token_ms = 500
        for service in services:
            service.client.headers.update(OPERATOR)
        queued = [one.begin({"topic": f"queued{number}"}, path="/queues/orders") for number in range(6)]
        postgres.stop()
        refused = one.ask("POST", f"/runs/{asked[0]}/approvals/approve", json={"approved": True})
        assert (refused.status_code, refused.json()["code"]) == (503, "runs_unreachable")
        refused = two.ask("POST", "/events/paid", json={"key": "paid0", "payload": 1})
        assert (refused.status_code, refused.json()["code"]) == (503, "runs_unreachable")
        time.sleep(AWAY_SECONDS)
        postgres.start()
        for number, run_id in enumerate(asked):
            assert _once_it_is_back(two, f"/runs/{run_id}/approvals/approve", {"approved": True}) == 200
            sent = {"key": f"paid{number}", "payload": 1}
            assert _once_it_is_back(two, "/events/paid", sent, {"idempotency-key": f"paid{number}"}) == 202
        for run_id in (*asked, *paid, *queued):
            run = one.wait_for(run_id, 120)
            assert run["status"] == "succeeded", run
            assert [name for _, name, _ in Follower(two, run_id).join()].count("done") == 1
        # A process that was as long without Postgres as all others takes none of them for dead.
        assert not any(line["event"] == "executor_died" for each in services for line in each.log)


def _until_waiting(service: KillableService, run_id: str) -> None:
    end = time.monotonic() + 20
    while not any(step["status"] == "waiting" for step in service.run(run_id)["steps"]):
        assert time.monotonic() < end
        time.sleep(0.05)


def _once_it_is_back(service: KillableService, path: str, given: Any, headers: Mapping[str, str] | None = None) -> int:
    """What a request is answered with, once the database is there."""
    end = time.monotonic() + 60
    while True:
        answer = service.ask("POST", path, json=given, headers=headers)
        if answer.status_code != 503 or time.monotonic() > end:
            return answer.status_code
        time.sleep(0.2)


def test_runs_wait_for_room_on_a_full_disk(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.tokens_per_second = 200
    with killable_service(tmp_path, simulated_openai.base_url) as service:
        service.start()
        service.wait_until_up()
        run_id = service.begin({"name": "full", "words": ["one", "two"]})
        assert simulated_openai.connections.wait_for_requests(1, 20)
        _, hard = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
        size = (tmp_path / "durable.db-wal").stat().st_size
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (size, hard))
        end = time.monotonic() + 20
        while not any(line["event"] == "journal_waits" for line in service.log):
            assert time.monotonic() < end
            time.sleep(0.1)
        refused = service.ask("POST", "/survive", json={"name": "more"})
        assert refused.status_code == 503
        assert refused.json()["code"] == "runs_unreachable"
        resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (hard, hard))
        run = service.wait_for(run_id)
        assert run["status"] == "succeeded"
        assert not any("repeated" in step for step in run["steps"])
        assert len([each for each in simulated_openai.requests if "full" in each.body.decode()]) == 9


@pytest.mark.parametrize("jump", ["+10d", "-10d"])
def test_a_clock_that_jumps_holds_up_no_run(tmp_path: Path, simulated_openai: RunningSimulation, jump: str) -> None:
    clock = tmp_path / "clock"
    faked = faked_clock(clock)
    with killable_service(tmp_path, simulated_openai.base_url, faked) as service:
        service.start()
        service.wait_until_up()
        run_id = service.begin({"name": "jumped", "words": ["one"], "pause": 3.0})
        end = time.monotonic() + 60
        while not any(step["step"] == "pause" for step in service.run(run_id)["steps"]):
            assert time.monotonic() < end
            time.sleep(0.05)
        clock.write_text(jump)
        service.kill()
        service.wait_until_up()
        began = time.monotonic()
        other = service.begin({"name": "after", "pause": 1.0})
        for each in (run_id, other):
            run = service.wait_for(each)
            assert run["status"] == "succeeded", run.get("problem")
        assert time.monotonic() - began < 15
        assert len(simulated_openai.requests) == 8 + 7
