"""Several processes on one Postgres: what one leaves, the others take up, however it came to leave it."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.durable_fleet import Worker, Workers, running_workers
from tests.durable_runs import Follower, KillableService
from tests.simulated_providers.testing import RunningSimulation

AWAY = 1e9


def test_what_a_process_leaves_others_take_up(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    with running_workers(tmp_path, simulated_openai.base_url, 3, {"DURABLE_TAKEOVER_SECONDS": "2"}) as workers:
        workers.start(0, 1, 2)
        first, second, third = workers.workers
        _one_that_dies(workers, first, simulated_openai)
        workers.start(0)
        _one_that_is_cut_off(workers, second, simulated_openai)
        _one_that_is_told_to_end(workers, third)


def _one_that_dies(workers: Workers, worker: Worker, simulation: RunningSimulation) -> None:
    """Its runs are spread over the others, and what it had paid for is not paid for again."""
    runs = [worker.service.begin({"name": f"spread{number}", "pause": 8.0}) for number in range(12)]
    for run_id in runs:
        _until(lambda run_id=run_id: _has_step(worker.service, run_id, "pause"))
    # All of them are in their pause.
    asked = len(simulation.requests)
    worker.service.start("down")
    worker.away_until = AWAY
    followers = [Follower(workers, run_id, 5) for run_id in runs]
    for run_id, follower in zip(runs, followers, strict=True):
        assert workers.wait_for(run_id)["status"] == "succeeded"
        assert [name for _, name, _ in follower.join()].count("done") == 1
    assert len(simulation.requests) == asked + len(runs)
    here = Counter(number for number, each in enumerate(workers.workers) for _ in _ended(each))
    assert min(here[1], here[2]) >= 1, here
    assert workers.lines("executor_died")
    worker.away_until = 0.0


def _one_that_is_cut_off(workers: Workers, worker: Worker, simulation: RunningSimulation) -> None:
    """It comes back when another has its run, and can record nothing of it any more."""
    asked = len(simulation.requests)
    simulation.settings.fault = "stall; after=2"
    run_id = worker.service.begin({"name": "cut"})
    follower = Follower(workers, run_id, 5)
    _until(lambda: len(simulation.requests) > asked)
    simulation.settings.fault = None
    worker.go_away(AWAY, stopped=False)
    run = workers.wait_for(run_id)
    assert run["status"] == "succeeded"
    [again] = [step for step in run["steps"] if step.get("attempts", 1) > 1]
    assert again["step"] == "opening"
    assert again["attempts"] == 2
    assert "repeated" in again
    assert not _ended(worker, run_id)
    worker.come_back()
    _until(lambda: any(line["event"] == "lease_lost" for line in worker.service.log))
    # The call that nobody waits for any more is given up.
    assert simulation.requests[asked].disconnected.wait(10)
    assert len(simulation.requests) == asked + 8
    events = follower.join()
    assert [name for _, name, _ in events].count("done") == 1
    assert ("restart", {"node": "opening", "step": "opening"}) in [event[1:] for event in events]
    # It is one of them again.
    assert workers.wait_for(worker.service.begin({"name": "after"}))["status"] == "succeeded"
    assert workers.run(run_id) == run


def _one_that_is_told_to_end(workers: Workers, worker: Worker) -> None:
    """It hands its runs over at once."""
    run_id = worker.service.begin({"name": "handed", "pause": 2.0})
    _until(lambda: _has_step(worker.service, run_id, "pause"))
    worker.service.start("leave")
    worker.away_until = AWAY
    _until(lambda: any(line["event"] == "runs_left" for line in worker.service.log))
    left = time.monotonic()
    assert workers.wait_for(run_id)["status"] == "succeeded"
    assert time.monotonic() - left < 10
    assert [line["handed_over"] for line in worker.service.log if line["event"] == "runs_left"] == [1]


def _has_step(service: KillableService, run_id: str, step: str) -> bool:
    return any(each["step"] == step for each in service.run(run_id)["steps"])


def _ended(worker: Worker, run_id: str | None = None) -> list[str]:
    """The runs that ended there."""
    lines = [line for line in worker.service.log if line["event"] == "run"]
    return [line["execution_id"] for line in lines if run_id in (None, line["execution_id"])]


def _until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
