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
from typing import Any

import pytest

from tests.database_servers import running_postgres
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
            killable_service(tmp_path, simulated_openai.base_url, {"DURABLE_DATABASE_URL": postgres.url}) as service,
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
    asked = Counter(_asked(simulated_openai))
    answered = Counter(_asked(simulated_openai, answered=True))
    runs = {name: service.run(follower.run_id) for name, follower in followers.items()}
    repeated = 0
    for name, run in runs.items():
        assert run["status"] == "succeeded", run
        for step in run["steps"]:
            if "attempts" in step:
                assert step["status"] == "done" or step["code"] == "function_failed"
                assert ("repeated" in step) == (step["attempts"] > 1), step
                repeated += step["attempts"] > 1
        for node, steps in _steps_that_ask(run).items():
            said = sum(step["attempts"] for step in steps)
            assert len(steps) <= asked[name, node] <= said, (name, node, steps)
            assert answered[name, node] >= len(steps)
        assert run["result"]["usage"] == run["usage"]
        events = followers[name].join()
        assert [event for _, event, _ in events].count("done") == 1
        assert events[-1][1:] == ("done", _done(run, events[-1][2]))
        whole = Follower(service, run["id"]).join()
        assert _is_within(whole, events)
        assert _text(whole) == _text(events) == events[-1][2]["text"]
    more = sum((asked - Counter({key: len(steps) for key, steps in _all(runs).items()})).values())
    sys.stdout.write(
        f"{len(runs)} runs, {service.kills} kills, {repeated} steps begun again; model calls {asked.total()} asked,"
        f" {answered.total()} answered, {more} more than once;"
        f" functions called {len(service.called)} times, {_extra(service, runs)} more than once\n"
    )


def _asked(simulation: RunningSimulation, *, answered: bool = False) -> list[tuple[str, str]]:
    """The run and the node of each request."""
    found: list[tuple[str, str]] = []
    for request in simulation.requests:
        if not answered or request.answered.is_set():
            node, _, rest = request.json["messages"][0]["content"].partition(": ")
            found.append((rest.split()[0], node))
    return found


def _steps_that_ask(run: Any) -> dict[str, list[Any]]:
    """The steps of a run that ask models, by node."""
    found: dict[str, list[Any]] = {}
    for step in run["steps"]:
        if "usage" in step and step["step"] not in ("dig", "tools"):
            node = step["step"].rpartition("/")[2].partition("#")[0]
            found.setdefault(node, []).append(step)
    return found


def _all(runs: dict[str, Any]) -> dict[tuple[str, str], list[Any]]:
    return {(name, node): steps for name, run in runs.items() for node, steps in _steps_that_ask(run).items()}


def _extra(service: KillableService, runs: dict[str, Any]) -> int:
    """How many calls of functions came more than once: two attempts at `fail` belong to one step."""
    counts = Counter(line for line in service.called if line.startswith("shout "))
    return sum(count - 1 for count in counts.values())


def _done(run: Any, told: Any) -> Any:
    streamed = {name: told[name] for name in ("text", "token_count", "finish_reason")}
    return {**streamed, **run["result"]}


def _is_within(whole: list[tuple[str, str, Any]], events: list[tuple[str, str, Any]]) -> bool:
    """Whether somebody who listened from the start has heard all that is kept, in its order."""
    heard = iter(events)
    return all(any(each[1:] == event[1:] for each in heard) for event in whole)


def _text(events: list[tuple[str, str, Any]]) -> str:
    """What the tokens say, without what is void because its step began again."""
    texts: dict[str, str] = {}
    for _, name, told in events:
        if name == "restart":
            texts.pop(told["node"], None)
        elif name == "token":
            texts[told["node"]] = texts.get(told["node"], "") + told["text"]
    return "".join(texts.values())
