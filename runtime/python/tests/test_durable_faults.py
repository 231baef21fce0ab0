"""Durable runs while what keeps them fails: a Postgres that is away, a disk that is full.

`CATALYST_AWAY_SECONDS` says how long.
"""

import os
import resource
import time
from pathlib import Path

import pytest

from tests.database_servers import running_postgres
from tests.durable_runs import Follower, killable_service
from tests.simulated_providers.testing import RunningSimulation

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
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("libfaketime is not installed; Debian has it in faketime.")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with killable_service(tmp_path, simulated_openai.base_url, faked) as service:
        service.start()
        service.wait_until_up()
        run_id = service.begin({"name": "jumped", "words": ["one"], "pause": 3.0})
        end = time.monotonic() + 20
        while not any(step["step"] == "pause" for step in service.run(run_id)["steps"]):
            assert time.monotonic() < end
            time.sleep(0.05)
        clock.write_text(jump)
        began = time.monotonic()
        service.kill()
        service.wait_until_up()
        other = service.begin({"name": "after", "pause": 1.0})
        for each in (run_id, other):
            run = service.wait_for(each)
            assert run["status"] == "succeeded", run.get("problem")
        assert time.monotonic() - began < 15
        assert len(simulated_openai.requests) == 8 + 7
