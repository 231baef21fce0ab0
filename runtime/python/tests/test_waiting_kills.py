"""Services whose runs wait, killed at random: each wait ends once, with what counted first.

`CATALYST_KILLS` says how often, `CATALYST_KILLS_SEED` when.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.database_servers import running_postgres
from tests.durable_runs import Follower, KillableService, killable_service

KILLS = int(os.environ.get("CATALYST_KILLS", "4"))
SEED = os.environ.get("CATALYST_KILLS_SEED", "1")
MORE = {"APPROVAL_SECRET": "a-secret-of-the-operator"}
OPERATOR = {"authorization": "Bearer token-of-runs"}
MODULE = "tests.waiting_service"
AT_ONCE = 6


@pytest.fixture(params=["sqlite", "postgres"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KillableService]:
    if request.param == "sqlite":
        with killable_service(tmp_path, "http://127.0.0.1:9", MORE, MODULE) as service:
            yield service
    else:
        with (
            running_postgres() as postgres,
            killable_service(
                tmp_path, "http://127.0.0.1:9", {**MORE, "DURABLE_DATABASE_URL": postgres.url}, MODULE
            ) as service,
        ):
            yield service


def test_each_wait_ends_once_with_what_counted_first(service: KillableService) -> None:
    chance = random.Random(SEED)
    service.start()
    service.wait_until_up()
    decided: dict[str, bool] = {}
    sent: dict[str, str] = {}
    open_runs: list[tuple[str, str]] = []
    everything: list[tuple[str, str]] = []
    while service.kills < KILLS or open_runs:
        while service.kills < KILLS and len(open_runs) < AT_ONCE:
            name = f"run{len(everything)}"
            kind = chance.choice(["ask", "collect"])
            given = {"name": name} if kind == "ask" else {"order": name}
            run_id = service.begin(given, key=name, path=f"/{kind}")
            open_runs.append((kind, run_id))
            everything.append((kind, run_id))
            sent[run_id] = name
        for kind, run_id in open_runs:
            if chance.random() < 0.5 or service.kills >= KILLS:
                _end(service, kind, run_id, decided, sent[run_id], approved=chance.random() < 0.5)
        time.sleep(chance.uniform(0.0, 0.4))
        if service.kills < KILLS:
            service.kill()
            service.wait_until_up()
        open_runs = [each for each in open_runs if service.run(each[1])["status"] == "running"]
    for kind, run_id in everything:
        run = service.run(run_id)
        assert run["status"] == "succeeded", run
        if kind == "ask":
            assert run["result"]["output"]["decision"]["approved"] is decided[run_id]
        else:
            assert run["result"]["output"] == [7]
        events = [name for _, name, _ in Follower(service, run_id).join()]
        assert events.count("waiting") == events.count("done") == 1


def _end(
    service: KillableService, kind: str, run_id: str, decided: dict[str, bool], name: str, *, approved: bool
) -> None:
    """Decides a run, or sends what it waits for; of several decisions the first is noted."""
    if kind == "collect":
        payload: Any = {"key": name, "payload": {"amount": 7}}
        headers = {**OPERATOR, "idempotency-key": name}
        assert service.ask("POST", "/events/paid", json=payload, headers=headers).status_code == 202
        return
    answer = service.ask(
        "POST",
        f"/runs/{run_id}/approvals/approve",
        json={"approved": approved, "values": {"amount": 1}} if approved else {"approved": approved},
        headers=OPERATOR,
    )
    if answer.status_code == 409:
        assert answer.json()["decision"]["approved"] is decided[run_id] is not approved
    elif answer.status_code == 200:
        assert decided.setdefault(run_id, approved) is approved
    else:
        # It has not come to its question yet.
        assert answer.status_code == 404, answer.text
