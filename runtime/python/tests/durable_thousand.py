"""Runs of all kinds whose processes are killed: `python -m tests.durable_thousand [RUNS] [PROCESSES] [KILLS]`.

Without processes it is one on SQLite, else so many on one Postgres. Looks at every model call, every event and every
outcome; it takes minutes, and prints what it found.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.database_servers import running_postgres
from tests.durable_accounts import asked_of, check_runs
from tests.durable_runs import Follower, KillableService, killable_service
from tests.simulated_providers.testing import RunningSimulation, simulate

_OPERATOR = {"authorization": "Bearer token-of-runs"}
_KINDS = ("survive", "approve", "collect", "handle")
_AT_ONCE = 24
_LONGEST_SECONDS = 120.0


@dataclass
class Processes:
    """One service or several, behind one address as a load balancer has it."""

    services: list[KillableService]
    client: httpx2.Client
    chance: random.Random
    kills: int = 0

    @property
    def url(self) -> str:
        """That of one of them, another each time."""
        return random.choice(self.services).url

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """Asks one after the other until somebody answers."""
        end = time.monotonic() + _LONGEST_SECONDS
        while True:
            try:
                answer = self.client.request(method, f"{self.url}{path}", **given)
                if answer.status_code != 503 or answer.json().get("code") != "runs_unreachable":
                    return answer
            except httpx2.TransportError:
                pass
            assert time.monotonic() < end, (method, path, [each.log[-5:] for each in self.services])
            time.sleep(0.05)

    def run(self, run_id: str) -> Any:
        """What is told of a run."""
        answer = self.ask("GET", f"/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait_for(self, run_id: str, seconds: float = _LONGEST_SECONDS) -> Any:
        """A run once it has ended; one that is tried again asks again for a decision."""
        end = time.monotonic() + seconds
        while (run := self.run(run_id))["status"] == "running":
            if any(step.get("waits_for") == "approval" for step in run["steps"] if step["status"] == "waiting"):
                self.approve(run_id, approved=True)
            assert time.monotonic() < end, (run, [each.log[-20:] for each in self.services])
            time.sleep(0.1)
        return run

    def approve(self, run_id: str, *, approved: bool) -> bool:
        """Decides a run; whether that counts. It may have been decided, and it may not have come to its question."""
        path = f"/runs/{run_id}/approvals/approve"
        answer = self.ask("POST", path, json={"approved": approved}, headers=_OPERATOR)
        assert answer.status_code in (200, 409, 404), answer.text
        return answer.status_code == 200

    def strike(self) -> None:
        """Kills one of them, sometimes all, and starts it again."""
        struck = self.services if self.chance.random() < 0.2 else [self.chance.choice(self.services)]
        for service in struck:
            service.start("kill")
        self.kills += len(struck)


@dataclass
class Begun:
    """A run as its caller knows it."""

    kind: str
    run_id: str
    follower: Follower
    decided: set[bool] = field(default_factory=set[bool])


@contextmanager
def running_processes(folder: Path, base_url: str, number: int) -> Generator[Processes]:
    """So many on a Postgres; with none, one on SQLite."""
    chance = random.Random(int(os.environ.get("CATALYST_KILLS_SEED", "7")))
    with ExitStack() as stack:
        more: dict[str, str] = {"PING_SECONDS": "1"}
        if number:
            more |= {
                "DURABLE_DATABASE_URL": stack.enter_context(running_postgres()).url,
                "DURABLE_TAKEOVER_SECONDS": "2",
            }
        services: list[KillableService] = []
        for name in range(max(number, 1)):
            own = folder / str(name)
            own.mkdir()
            services.append(stack.enter_context(killable_service(own, base_url, more, "tests.mixed_service")))
        client = stack.enter_context(httpx2.Client(timeout=15, trust_env=False))
        yield Processes(services, client, chance)


def begin(processes: Processes, kind: str, name: str, chance: random.Random) -> Begun:
    """Begins a run of a kind."""
    given: Any = {"topic": name}
    if kind == "survive":
        given = {"name": name, "words": ["one", "two", "three"], "pause": chance.choice([0.0, 0.5])}
    path = "/queues/orders" if kind == "handle" else f"/{kind}"
    headers = {**_OPERATOR, "prefer": "respond-async", "idempotency-key": name}
    answer = processes.ask("POST", path, json=given, headers=headers)
    assert "location" in answer.headers, answer.text
    run_id = answer.headers["location"].removeprefix("/runs/")
    return Begun(kind, run_id, Follower(processes, run_id, 5))


def end_wait(processes: Processes, name: str, begun: Begun, chance: random.Random) -> None:
    """Decides a run, or sends what it waits for."""
    if begun.kind == "collect":
        sent: Any = {"key": name, "payload": name}
        headers = {**_OPERATOR, "idempotency-key": name}
        assert processes.ask("POST", "/events/paid", json=sent, headers=headers).status_code == 202
    elif begun.kind == "approve":
        approved = chance.random() < 0.5
        if processes.approve(begun.run_id, approved=approved):
            begun.decided.add(approved)


def measure(runs: int, number: int, kills: int) -> None:
    """Begins the runs, kills processes until they have been hit so often, and looks at what has become of it."""
    os.environ["OPENAI_API_KEY"] = "simulated"
    with simulate() as simulation, tempfile.TemporaryDirectory() as folder:
        simulation.settings.tokens_per_second = 400
        with running_processes(Path(folder), simulation.base_url, number) as processes:
            for service in processes.services:
                service.start()
            for service in processes.services:
                service.wait_until_up()
            began = time.monotonic()
            everything = _driven(processes, runs, kills)
            took = time.monotonic() - began
            _check(processes, everything, simulation, took)


def _driven(processes: Processes, runs: int, kills: int) -> dict[str, Begun]:
    chance = processes.chance
    everything: dict[str, Begun] = {}
    going_on: dict[str, Begun] = {}
    between = 0.2
    while len(everything) < runs or going_on:
        while len(everything) < runs and len(going_on) < _AT_ONCE:
            name = f"run{len(everything)}"
            everything[name] = going_on[name] = begin(processes, chance.choice(_KINDS), name, chance)
        time.sleep(chance.uniform(0, between))
        # As many kills as are left for the runs that are.
        ended = len(everything) - len(going_on)
        if processes.kills < kills and processes.kills * runs <= kills * ended + kills * _AT_ONCE:
            processes.strike()
        for name, each in going_on.items():
            if chance.random() < 0.3:
                end_wait(processes, name, each, chance)
        # Who follows a run hears when it has ended.
        going_on = {name: each for name, each in going_on.items() if each.follower.thread.is_alive()}
    return everything


def _check(processes: Processes, everything: dict[str, Begun], simulation: RunningSimulation, took: float) -> None:
    followers = {name: each.follower for name, each in everything.items()}
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(processes.run, [each.run_id for each in everything.values()])
        whole = dict(zip(everything, found, strict=True))
    standings = Counter((everything[name].kind, run["status"]) for name, run in whole.items())
    codes = Counter(run["problem"]["code"] for run in whole.values() if "problem" in run)
    for name, each in everything.items():
        output = whole[name].get("result", {}).get("output", {})
        if each.kind == "approve" and output:
            assert {output["approved"]} == each.decided or not each.decided, (name, output, each.decided)
        if each.kind == "collect" and output:
            assert output["paid"] == name
    scheduled = processes.ask("GET", "/runs", params={"workflow": "report", "limit": 1000}, headers=_OPERATOR).json()
    due = Counter(_due(processes, run["id"]) for run in scheduled["runs"])
    assert set(due.values()) <= {1}, due
    sys.stdout.write(f"{dict(standings)}; {dict(codes)}\n")
    sys.stdout.flush()
    try:
        once, repeated, retried = check_runs(processes, followers, simulation)
    except AssertionError as error:
        lines = [line for each in processes.services for line in each.log]
        told = sorted(
            (line for line in lines if line.get("execution_id", "none") in str(error)), key=lambda line: line["time"]
        )
        again = [line for line in lines if line["event"] == "model_call" and line["attempts"] > 1]
        lost = [line for line in lines if line["event"] == "lease_lost"]
        error.add_note(f"{told}\ncalls sent again: {again}\n{lost}")
        raise
    asked = asked_of(simulation)
    more = Counter({key: count for key, count in (asked - once).items() if key[0] in everything})
    sys.stdout.write(
        f"{len(everything)} runs in {took:.0f} s, {processes.kills} kills of {len(processes.services)} processes;"
        f" {repeated} steps begun again; model calls {asked.total()} asked,"
        f" {more.total()} more than once, {max(more.values(), default=0)} times at most;"
        f" {retried} runs tried again by hand; {len(due)} runs by the clock, each once\n"
    )


def _due(processes: Processes, run_id: str) -> str:
    """For which time a run was begun; one that was hit again and again is tried again."""
    while (run := processes.wait_for(run_id))["status"] == "failed":
        assert run["problem"]["code"] == "step_interrupted", run
        run_id = processes.ask("POST", f"/runs/{run_id}/retry").json()["id"]
    return run["result"]["output"]["due"]


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    measure(*given, *(1000, 0, 300)[len(given) :])
