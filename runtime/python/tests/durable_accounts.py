"""What durable runs have asked models, compared with what they say: nothing is paid for twice unsaid."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

import httpx2

from tests.durable_runs import Follower
from tests.simulated_providers.testing import RunningSimulation

Heard = list[tuple[str, str, Any]]


class Service(Protocol):
    """Who is asked about runs."""

    @property
    def url(self) -> str:
        """Where it is now."""
        ...

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """What it answers."""
        ...

    def run(self, run_id: str) -> Any:
        """What is told of a run."""
        ...

    def wait_for(self, run_id: str) -> Any:
        """A run once it has ended."""
        ...


def seen_through(service: Service, follower: Follower) -> tuple[Any, Follower, int]:
    """A run that has succeeded, who has followed it, and how often it was tried again by hand: one whose step was hit
    again and again has failed, and said so.
    """
    run, retried = service.run(follower.run_id), 0
    while run["status"] == "failed":
        assert run["problem"]["code"] == "step_interrupted", run
        assert follower.join()[-1][1:] == ("error", run["problem"])
        retried += 1
        run = service.wait_for(service.ask("POST", f"/runs/{run['id']}/retry").json()["id"])
        follower = Follower(service, run["id"], follower.silence)
    return run, follower, retried


def asked_of(simulation: RunningSimulation, *, answered: bool = False) -> Counter[tuple[str, str]]:
    """How often each node of each run has asked; runs go by the name that they were given."""
    found: Counter[tuple[str, str]] = Counter()
    for request in simulation.requests:
        if not answered or request.answered.is_set():
            node, _, rest = request.json["messages"][0]["content"].partition(": ")
            found[rest.split()[0], node] += 1
    return found


def steps_that_ask(run: Any) -> dict[str, list[Any]]:
    """The steps of a run that ask models, by node."""
    found: dict[str, list[Any]] = {}
    for step in run["steps"]:
        if "usage" in step and step["step"] not in ("dig", "tools"):
            node = step["step"].rpartition("/")[2].partition("#")[0]
            found.setdefault(node, []).append(step)
    return found


def check_account(name: str, run: Any, simulation: RunningSimulation, tries: int) -> int:
    """Checks a run that has succeeded, after so many that failed; how many of its steps were begun more than once."""
    asked, answered = asked_of(simulation), asked_of(simulation, answered=True)
    assert run["status"] == "succeeded", run
    repeated = 0
    for step in run["steps"]:
        if "attempts" in step:
            # One whose failure the workflow goes on with may also have been hit again and again.
            assert step["status"] == "done" or step["code"] in ("function_failed", "step_interrupted"), step
            assert ("repeated" in step) == (step["attempts"] > 1), step
            repeated += step["attempts"] > 1
    for node, steps in steps_that_ask(run).items():
        said = sum(step["attempts"] for step in steps)
        assert said <= (1 + tries) * 2 * len(steps)
        assert len(steps) <= asked[name, node] <= said, (run["id"], name, node, asked[name, node], steps)
        assert answered[name, node] >= len(steps)
    assert run["result"]["usage"] == run["usage"]
    return repeated


def check_events(run: Any, heard: Heard, whole: Heard) -> None:
    """Checks what somebody has heard of a run from its beginning on, and what somebody hears who comes at its end."""
    assert [event for _, event, _ in heard].count("done") == 1
    assert heard[-1][1:] == ("done", _done(run, heard[-1][2]))
    assert _is_within(whole, heard)
    assert _text(whole) == _text(heard) == heard[-1][2]["text"]


def _done(run: Any, told: Any) -> Any:
    streamed = {name: told[name] for name in ("text", "token_count", "finish_reason")}
    return {**streamed, **run["result"]}


def _is_within(whole: Heard, events: Heard) -> bool:
    """Whether somebody who listened from the start has heard all that is kept, in its order."""
    heard = iter(events)
    return all(any(each[1:] == event[1:] for each in heard) for event in whole)


def _text(events: Heard) -> str:
    """What the tokens say, without what is void because its step began again."""
    texts: dict[str, str] = {}
    for _, name, told in events:
        if name == "restart":
            texts.pop(told["node"], None)
        elif name == "token":
            texts[told["node"]] = texts.get(told["node"], "") + told["text"]
    return "".join(texts.values())


def check_runs(
    service: Service, followers: Mapping[str, Follower], simulation: RunningSimulation
) -> tuple[Counter[tuple[str, str]], int, int]:
    """Looks at the accounts and the events of all runs once they have succeeded, by the names that they were given: how
    often each node has to have asked, how many steps were begun again, and how often a run was tried again by hand.
    """
    once: Counter[tuple[str, str]] = Counter()
    repeated = retried = 0
    for name, follower in followers.items():
        run, last, tries = seen_through(service, follower)
        retried += tries
        repeated += check_account(name, run, simulation, tries)
        once.update({(name, node): len(steps) for node, steps in steps_that_ask(run).items()})
        check_events(run, last.join(), Follower(service, run["id"], follower.silence).join())
    return once, repeated, retried
