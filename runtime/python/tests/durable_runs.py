"""A service with durable runs that can be killed, and who follows its runs from outside as their callers would."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest

from tests.database_servers import free_port

_FOLDER = Path(__file__).parents[1]
_START_SECONDS = 90.0


@dataclass
class KillableService:
    """The service of `durable_service.py`; `folder` has its database and its log."""

    url: str
    folder: Path
    process: "subprocess.Popen[bytes]"
    client: httpx2.Client
    kills: int = 0

    def start(self, how: str = "start") -> None:
        """Starts the service, after the one that runs was killed or told to end."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{how}\n".encode())
        self.process.stdin.flush()

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the service."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kills the service, and has it start again; the one that ran has gone when this is done."""
        self.kills += 1
        killed = self.pid
        self.start("kill")
        end = time.monotonic() + _START_SECONDS
        while _is_there(killed):
            assert time.monotonic() < end
            time.sleep(0.005)

    def wait_until_up(self) -> None:
        """Waits until it answers."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            with suppress(httpx2.TransportError):
                if self.client.get("/healthz").status_code == 200:
                    return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """Asks again until it is up and answers."""
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self.client.request(method, path, **given)
            except httpx2.TransportError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def begin(self, given: Any, key: str | None = None, path: str = "/survive") -> str:
        """Begins a run and gives its id, without waiting for its result."""
        headers = {"prefer": "respond-async", **({} if key is None else {"idempotency-key": key})}
        answer = self.ask("POST", path, json=given, headers=headers)
        assert answer.is_success or "execution_id" in answer.json(), answer.text
        return answer.headers["location"].removeprefix("/runs/")

    def run(self, run_id: str) -> Any:
        """What is told of a run."""
        answer = self.ask("GET", f"/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait_for(self, run_id: str, seconds: float = 60.0) -> Any:
        """A run once it has ended; what keeps runs may be away in between."""
        end = time.monotonic() + seconds
        while True:
            answer = self.ask("GET", f"/runs/{run_id}")
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 200 and answer.json()["status"] != "running":
                return answer.json()
            assert time.monotonic() < end, (answer.text, (self.folder / "log").read_text()[-5000:])
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The process of the service."""
        return int((self.folder / "pid").read_text())

    @property
    def called(self) -> list[str]:
        """What functions were called with."""
        path = self.folder / "called"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of its log."""
        lines = (self.folder / "log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"time"')]


def faked_clock(clock: Path) -> dict[str, str]:
    """The environment of a process whose clock says what stands in a file."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("libfaketime is not installed; Debian has it in faketime.")
    clock.write_text("+0")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def killable_service(
    folder: Path,
    base_url: str,
    more: Mapping[str, str] | None = None,
    module: str = "tests.durable_service",
    *,
    host: str = "127.0.0.1",
    command: Sequence[str] = (),
) -> Generator[KillableService]:
    """The service of a module, not yet started; killed at the end. `command` comes before its own."""
    port = free_port()
    environment = {
        **os.environ,
        "OPENAI_API_KEY": "sk-never-recorded",
        "OPENAI_BASE_URL": base_url,
        "HOST": host,
        "PORT": str(port),
        "CALLED": str(folder / "called"),
        "API_KEYS_FILE": str(folder / "api-keys.json"),
        "PYTHONPATH": str(_FOLDER),
        "RUNS_TOKEN": "token-of-runs",
        "DRAIN_SECONDS": "0.2",
        **(more or {}),
    }
    url = f"http://{host}:{port}"
    with (folder / "log").open("ab") as log, httpx2.Client(base_url=url, timeout=30, trust_env=False) as client:
        process = subprocess.Popen(
            [*command, sys.executable, "-m", "tests.durable_service", module],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            yield KillableService(url, folder, process, client)
        except AssertionError:
            # Below libfaketime alone a sleep of the engine fails at times, which ends a thread of it for good.
            if "LD_PRELOAD" in environment and "[Errno 22] Invalid argument" in (folder / "log").read_text():
                pytest.skip("libfaketime let a sleep of the engine fail.")
            raise
        finally:
            process.communicate(timeout=30)


class Asked(Protocol):
    """Where the events of a run can be heard."""

    @property
    def url(self) -> str:
        """Where it is now."""
        ...


@dataclass
class Follower:
    """Follows a run to its end, over as many connections as it takes. `events` are (id, name, data)."""

    service: Asked
    run_id: str
    silence: float = 30.0
    events: list[tuple[str, str, Any]] = field(default_factory=list[tuple[str, str, Any]])
    connections: int = 0
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def join(self) -> list[tuple[str, str, Any]]:
        """All events."""
        self.thread.join(_START_SECONDS)
        assert not self.thread.is_alive(), (self.run_id, self.events[-3:])
        return self.events

    def _follow(self) -> None:
        with httpx2.Client(timeout=self.silence, trust_env=False) as client:
            end = time.monotonic() + _START_SECONDS * 10
            while time.monotonic() < end:
                headers = {"last-event-id": self.events[-1][0]} if self.events else {}
                with (
                    suppress(httpx2.TransportError),
                    client.stream("GET", f"{self.service.url}/runs/{self.run_id}/events", headers=headers) as response,
                ):
                    self.connections += 1
                    if response.status_code == 204:
                        return
                    for event in events_of(response):
                        self.events.append(event)
                time.sleep(0.02)


def events_of(response: httpx2.Response) -> Iterator[tuple[str, str, Any]]:
    """The events of a stream: id, name and data."""
    event_id, name = "", ""
    for line in response.iter_lines():
        field_name, _, value = line.partition(": ")
        if field_name == "id":
            event_id = value
        elif field_name == "event":
            name = value
        elif field_name == "data":
            yield event_id, name, json.loads(value)
