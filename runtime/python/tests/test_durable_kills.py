"""Services with durable runs that are killed at random: nothing is lost, and nothing is paid for twice unsaid.

`CATALYST_KILLS` says how often, `CATALYST_KILLS_SEED` when.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database_servers import running_postgres
from tests.durable_accounts import asked_of, check_runs
from tests.durable_runs import Follower, KillableService, killable_service
from tests.simulated_providers.testing import RunningSimulation

KILLS = int(os.environ.get("CATALYST_KILLS", "8"))
SEED = int(os.environ.get("CATALYST_KILLS_SEED", "7"))
AT_ONCE = 4


@pytest.fixture(params=["sqlite", *(["postgres"] if os.environ.get("CATALYST_KILLS") else [])])
def service(
    request: pytest.FixtureRequest, tmp_path: Path, simulated_openai: RunningSimulation
) -> Iterator[KillableService]:
    simulated_openai.settings.tokens_per_second = 400
    if request.param == "sqlite":
        with killable_service(tmp_path, simulated_openai.base_url) as service:
            yield service
    else:
        with (
            running_postgres() as postgres,
            killable_service(
                tmp_path,
                simulated_openai.base_url,
                {"DURABLE_DATABASE_URL": postgres.url, "DURABLE_TAKEOVER_SECONDS": "1"},
            ) as service,
        ):
            yield service


def test_every_run_ends_and_no_call_is_paid_for_twice_unsaid(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    chance = random.Random(SEED)
    service.start()
    service.wait_until_up()
    followers: dict[str, Follower] = {}
    open_runs: dict[str, str] = {}
    calm = 0
    while service.kills < KILLS or open_runs:
        while service.kills < KILLS and len(open_runs) < AT_ONCE:
            name = f"run{len(followers)}"
            given = {"name": name, "words": ["one", "two", "three"], "pause": chance.choice([0.0, 0.3])}
            run_id = service.begin(given, key=name)
            followers[name] = Follower(service, run_id)
            open_runs[name] = run_id
        time.sleep(chance.uniform(0.05, 1.2))
        if service.kills < KILLS:
            service.kill()
            service.wait_until_up()
        else:
            calm += 1
            assert calm < 600
        open_runs = {name: run_id for name, run_id in open_runs.items() if service.run(run_id)["status"] == "running"}
    once, repeated, retried = check_runs(service, followers, simulated_openai)
    asked, answered = asked_of(simulated_openai), asked_of(simulated_openai, answered=True)
    more = asked - once
    again = f"functions called {len(service.called)} times, {_extra(service)} more than once"
    sys.stdout.write(
        f"{len(followers)} runs, {service.kills} kills, {repeated} steps begun again; model calls"
        f" {asked.total()} asked, {answered.total()} answered, {more.total()} more than once;"
        f" {retried} runs tried again by hand; {again}\n"
    )


def _extra(service: KillableService) -> int:
    """How many calls of functions came more than once: two attempts at `fail` belong to one step."""
    counts = Counter(line for line in service.called if line.startswith("shout "))
    return sum(count - 1 for count in counts.values())
