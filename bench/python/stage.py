"""The stage of a benchmark: upstream and load generator on one core, one service after the other on the other."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec

from accounting import cpu_seconds
from certificate import Certificate
from contestants import HERE, Contestant
from jobs import Job, Report
from processes import Child, cores


class WrongAnswer(Exception):
    """A contestant did not do the work, so that its figures count for nothing."""


@dataclass(frozen=True, slots=True)
class Service:
    """A contestant that runs."""

    contestant: Contestant
    url: str
    pid: int


@dataclass(frozen=True, slots=True)
class Load:
    """One job's report, with the CPU time that the service spent on it in microseconds."""

    report: Report
    cpu_us: float


class Stage:
    """Starts everything, asks for loads, holds every answer against B's."""

    def __init__(self, *, python: str, rounds: int, quick: bool, players: list[Contestant], folder: Path) -> None:
        self.python = python
        self.rounds = rounds
        self.quick = quick
        self.players = players
        self.folder = folder
        self.service_core, self.load_core = cores()
        self.certificate = Certificate.make(folder)
        environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": ""}
        # Nothing here may leave this machine, whatever its environment says about proxies.
        self.environment = {name: value for name, value in environment.items() if not name.lower().endswith("_proxy")}
        tls = ["--tls", str(self.certificate.chain), str(self.certificate.key)] if self.certificate else []
        self._upstream = self._start([python, "upstream.py", *tls], HERE, {}, self.load_core)
        addresses = self._upstream.ask()
        self.base_url: str = addresses["base_url"]
        self.origin = self.base_url.removesuffix("/v1")
        self.tls_base_url: str | None = addresses.get("tls_base_url")
        self._load = self._start([python, "load.py"], HERE, {}, self.load_core)

    def close(self) -> None:
        """Ends upstream and load generator."""
        self._load.stop()
        self._upstream.stop()

    @contextmanager
    def serving(self, contestant: Contestant, base_url: str | None = None) -> Generator[Service]:
        """A service on its core, with the scripted upstream (or another) behind it."""
        env = {
            **contestant.env,
            "OPENAI_API_KEY": "sk-bench",
            "OPENAI_BASE_URL": base_url or self.base_url,
            "ANTHROPIC_API_KEY": "sk-bench",
            "ANTHROPIC_BASE_URL": self.origin,
            "GROQ_API_KEY": "gsk-bench",
            "GROQ_BASE_URL": self.origin,
        }
        if self.certificate:
            env["SSL_CERT_FILE"] = str(self.certificate.chain)
        child = self._start(contestant.command, contestant.cwd, env, self.service_core)
        try:
            yield Service(contestant, child.ask()["url"], child.pid)
        finally:
            child.stop()

    @contextmanager
    def simulated_openai(self, generated: Path, tokens_per_second: float = 0) -> Generator[str]:
        """The simulated OpenAI, answering at once or at a pace; gives its base URL."""
        command = [self.python, "-m", "tests.simulated_providers", "--tokens-per-second", str(tokens_per_second)]
        child = self._start(command, generated, {}, self.load_core)
        try:
            yield child.ask()["base_url"]
        finally:
            child.stop()

    def job(self, service: Service | None, **what: Any) -> Job:
        """A job for a service, or for the upstream itself."""
        what.setdefault("upstream", self.base_url)
        if service is None:
            return Job(url=f"{self.base_url}/chat/completions", wire="openai", **what)
        return Job(url=f"{service.url}{service.contestant.path}", wire=service.contestant.wire, **what)

    def load(self, service: Service | None, job: Job) -> Load:
        """Does a job.

        Raises:
            WrongAnswer: an answer is not what the upstream sent.
        """
        before = cpu_seconds(service.pid) if service else 0.0
        report = self.begin(job)
        after = cpu_seconds(service.pid) if service else 0.0
        if report.problems:
            name = service.contestant.key if service else "the upstream"
            raise WrongAnswer(f"{name}: {'; '.join(report.problems)}")
        return Load(report, (after - before) * 1e6)

    def begin(self, job: Job) -> Report:
        """Does a job without looking at it."""
        return msgspec.convert(self._load.ask(msgspec.json.encode(job).decode(), seconds=180), Report)

    def upstream_stats(self) -> dict[str, float]:
        """What the upstream has counted."""
        return self._get("stats")

    def last_request(self) -> Any:
        """The body of the last request that reached the upstream."""
        return self._get("last")

    def _get(self, path: str) -> Any:
        with urlopen(f"{self.base_url}/{path}", timeout=10) as answer:
            return msgspec.json.decode(answer.read())

    def _start(self, command: list[str], cwd: Path, env: dict[str, str], core: int | None) -> Child:
        handle, log = tempfile.mkstemp(dir=self.folder, suffix=".log")
        os.close(handle)
        return Child(command, log=Path(log), cwd=cwd, env={**self.environment, **env}, core=core)
