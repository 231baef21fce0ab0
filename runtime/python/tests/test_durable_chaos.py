"""Processes on one Postgres that are killed, cut off, stopped and told to end at random: no run is lost, and nothing is
paid for twice unsaid.

`CATALYST_KILLS` says how often something happens to one, `CATALYST_KILLS_SEED` when.
"""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

from tests.durable_accounts import asked_of, check_runs
from tests.durable_fleet import Worker, Workers, running_workers
from tests.durable_runs import Follower
from tests.network import has_namespaces
from tests.simulated_providers.testing import RunningSimulation

BLOWS = int(os.environ.get("CATALYST_KILLS", "8"))
SEED = int(os.environ.get("CATALYST_KILLS_SEED", "7"))
AT_ONCE = 6


def test_whatever_happens_to_processes_their_runs_end(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.tokens_per_second = 400
    chance = random.Random(SEED)
    blows: Counter[str] = Counter()
    followers: dict[str, Follower] = {}
    open_runs: dict[str, str] = {}
    with running_workers(tmp_path, simulated_openai.base_url, 3, {"DURABLE_TAKEOVER_SECONDS": "1"}) as workers:
        workers.start(0, 1, 2)
        end = time.monotonic() + 60 + BLOWS * 10
        while blows.total() < BLOWS or open_runs:
            assert time.monotonic() < end, open_runs
            while blows.total() < BLOWS and len(open_runs) < AT_ONCE:
                name = f"run{len(followers)}"
                given = {"name": name, "words": ["one", "two", "three"], "pause": chance.choice([0.0, 0.5])}
                open_runs[name] = workers.begin(given, name)
                followers[name] = Follower(workers, open_runs[name], 5)
            time.sleep(chance.uniform(0.05, 1.2))
            workers.mend()
            if blows.total() < BLOWS:
                blows[_strike(workers, chance)] += 1
            open_runs = {name: each for name, each in open_runs.items() if workers.run(each)["status"] == "running"}
        _check(workers, followers, simulated_openai, blows)


def _strike(workers: Workers, chance: random.Random) -> str:
    """Does something to one of them, so that another is there; what it was."""
    here = [worker for worker in workers.workers if not worker.is_away]
    worker = chance.choice(here)
    kind = chance.choice(["kill", "kill", "stop"] if len(here) == 1 else ["kill", "kill", "stop", "cut off", "pause"])
    _strike_with(worker, kind, chance.uniform(0.3, 5.0))
    return kind


def _strike_with(worker: Worker, kind: str, seconds: float) -> None:
    if kind in ("cut off", "pause"):
        worker.go_away(seconds, stopped=kind == "pause")
    else:
        worker.service.start(kind)


def _check(
    workers: Workers, followers: dict[str, Follower], simulation: RunningSimulation, blows: Counter[str]
) -> None:
    once, repeated, retried = check_runs(workers, followers, simulation)
    asked = asked_of(simulation)
    said = ", ".join(f"{count} x {kind}" for kind, count in sorted(blows.items()))
    sys.stdout.write(
        f"{len(followers)} runs on 3 processes{' in network namespaces' if has_namespaces() else ''}; {said};"
        f" {len(workers.lines('lease_lost'))} came back to find their runs taken; {repeated} steps begun again;"
        f" model calls {asked.total()} asked, {(asked - once).total()} more than once;"
        f" {retried} runs tried again by hand\n"
    )
