"""Several processes with durable runs on one Postgres, each on a machine that can be cut off, stopped and killed."""

import random
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import httpx2

from tests.database_servers import PostgresServer, running_postgres
from tests.durable_runs import KillableService, killable_service
from tests.network import Machine, machine

_LONGEST_SECONDS = 60.0


@dataclass
class Worker:
    """A service on a machine of its own."""

    service: KillableService
    machine: Machine
    away_until: float = 0.0
    """When it is back, if it was cut off or stopped."""
    is_stopped: bool = False

    @property
    def is_away(self) -> bool:
        """Whether nobody reaches it."""
        return self.away_until > 0

    def go_away(self, seconds: float, *, stopped: bool) -> None:
        """Cuts it off from the network, or stops it where it is, as a machine does that has too much to do."""
        self.away_until = time.monotonic() + seconds
        self.is_stopped = stopped
        if stopped:
            self.service.send(SIGSTOP)
        else:
            self.machine.cut()

    def come_back(self) -> None:
        """Ends that."""
        self.away_until = 0.0
        if self.is_stopped:
            self.service.send(SIGCONT)
        else:
            self.machine.heal()


@dataclass
class Workers:
    """All of them, behind one address as a load balancer has it."""

    workers: list[Worker]
    postgres: PostgresServer
    client: httpx2.Client

    @property
    def url(self) -> str:
        """That of one that can be reached, another each time."""
        here = [worker for worker in self.workers if not worker.is_away] or self.workers
        return random.choice(here).service.url

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """Asks one after the other until somebody answers."""
        end = time.monotonic() + _LONGEST_SECONDS
        while True:
            self.mend()
            try:
                answer = self.client.request(method, f"{self.url}{path}", **given)
                if answer.status_code != 503 or answer.json().get("code") != "runs_unreachable":
                    return answer
            except httpx2.TransportError:
                pass
            assert time.monotonic() < end, (method, path, self._standing())
            time.sleep(0.05)

    def mend(self) -> None:
        """Brings back those whose time it is."""
        for worker in self.workers:
            if worker.is_away and time.monotonic() > worker.away_until:
                worker.come_back()

    def begin(self, given: Any, key: str) -> str:
        """Begins a run and gives its id."""
        answer = self.ask("POST", "/survive", json=given, headers={"prefer": "respond-async", "idempotency-key": key})
        assert "location" in answer.headers, answer.text
        return answer.headers["location"].removeprefix("/runs/")

    def run(self, run_id: str) -> Any:
        """What is told of a run."""
        answer = self.ask("GET", f"/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait_for(self, run_id: str, seconds: float = _LONGEST_SECONDS) -> Any:
        """A run once it has ended."""
        end = time.monotonic() + seconds
        while (run := self.run(run_id))["status"] == "running":
            assert time.monotonic() < end, (run, self._standing())
            time.sleep(0.1)
        return run

    def _standing(self) -> Any:
        return [(worker.away_until, worker.is_stopped, worker.service.log[-8:]) for worker in self.workers]

    def start(self, *numbers: int) -> None:
        """Starts some of them."""
        for number in numbers:
            self.workers[number].service.start()
        for number in numbers:
            self.workers[number].service.wait_until_up()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """What all of them have logged of this kind."""
        return [line for worker in self.workers for line in worker.service.log if line["event"] == event]


@contextmanager
def running_workers(folder: Path, base_url: str, number: int, more: Mapping[str, str]) -> Generator[Workers]:
    """So many of them, of which none is started."""
    with running_postgres() as postgres, ExitStack() as stack:
        workers: list[Worker] = []
        for name in range(number):
            here = stack.enter_context(machine())
            own = folder / str(name)
            own.mkdir()
            service = killable_service(
                own,
                here.reached(base_url),
                {"DURABLE_DATABASE_URL": here.reached(postgres.url), "PING_SECONDS": "1", **more},
                host=here.host,
                command=here.command,
            )
            workers.append(Worker(stack.enter_context(service), here))
        client = stack.enter_context(httpx2.Client(timeout=3, trust_env=False))
        yield Workers(workers, postgres, client)
