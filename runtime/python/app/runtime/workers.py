"""Several processes that serve one address: `python -m app.runtime.serve --workers N`.

They share the listening socket, and the system hands each connection to one that is free. The process that was started
serves nothing: it starts another worker where one dies, passes signals on, and ends when all have ended. A worker
whose supervisor has gone, however that was, ends as on SIGTERM, so that none is left behind.
"""

import asyncio
import json
import logging
import math
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from app.runtime.log import log_event
from app.runtime.settings import variables

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
_STEADY_SECONDS = 30.0
"""A worker that has served for so long is started again at once when it dies."""
_RELOADS = find_spec("app.runtime.reloading") is not None
_OBEY_SECONDS = 15
"""Beyond the time that open requests have; who has not ended then is killed."""


@dataclass(slots=True)
class Worker:
    """A process that serves."""

    number: int
    ready_at: float | None = None


def supervise(server: uvicorn.Server, count: int, drain_seconds: float) -> int:
    """Serves with so many processes until SIGTERM or SIGINT, and gives the exit code."""
    if not hasattr(os, "fork"):
        told = "This system has no fork, which several workers need; start one process for each port instead."
        log_event("cannot_start", level=logging.ERROR, detail=told)
        return 1
    for module, text in _COUNTED_BY_EACH:
        if (Path(__file__).parents[1] / module).exists() and not variables().get("REDIS_URL"):
            log_event("counted_by_each_worker", level=logging.WARNING, detail=text)
    with TemporaryDirectory(prefix="metrics-") as metrics:
        # `prometheus_client` has each process keep its numbers there, and adds them up.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
        return Supervisor(server, count, drain_seconds, Path(metrics)).run()


_COUNTED_BY_EACH = (
    ("door/limits.py", "Rate limits are counted by each worker for itself. Set REDIS_URL to count them together."),
    ("runtime/step_cache.py", "Each worker keeps cached results for itself. Set REDIS_URL to share them."),
)


class Supervisor:
    """Keeps so many workers going."""

    def __init__(self, server: uvicorn.Server, count: int, drain_seconds: float, metrics: Path) -> None:
        self._server = server
        self._count = count
        self._drain_seconds = drain_seconds
        self._metrics = metrics
        self._socket = server.config.bind_socket()
        self._workers: dict[int, Worker] = {}
        self._falls = [0] * count
        """How often the worker of each number has died soon after its start."""
        self._announced = self._ending = False
        self._code = 0
        # Only this process has the other end, so that workers see when it has gone.
        self._alive, self._life = os.pipe()
        self._said, self._say = os.pipe()
        os.set_blocking(self._said, False)

    def run(self) -> int:
        """Serves until SIGTERM or SIGINT, and gives the exit code."""
        heard = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1, signal.SIGALRM}
        for each in heard:
            # What has no handler may be thrown away before it is waited for.
            signal.signal(each, lambda _number, _frame: None)
        signal.pthread_sigmask(signal.SIG_BLOCK, heard)
        for number in range(self._count):
            self._start(number)
        while self._workers:
            match signal.sigwait(heard):
                case signal.SIGCHLD:
                    self._bury()
                case signal.SIGUSR1:
                    self._welcome()
                case signal.SIGHUP:
                    if _RELOADS:
                        self._tell_all(signal.SIGHUP)
                    else:
                        self._end()
                case signal.SIGALRM:
                    self._tell_all(signal.SIGKILL)
                case _ if self._ending:
                    self._tell_all(signal.SIGINT)
                case _:
                    self._end()
        return self._code

    def _start(self, number: int) -> None:
        falls = self._falls[number]
        wait = min(_FIRST_WAIT_SECONDS * 2**falls, _LONGEST_WAIT_SECONDS) if falls else 0.0
        pid = os.fork()
        if pid == 0:
            self._work(number, wait)
        self._workers[pid] = Worker(number)

    def _work(self, number: int, wait: float) -> None:
        """What the new process does, and nothing else."""
        code = 1
        try:
            os.close(self._life)
            for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1, signal.SIGALRM):
                signal.signal(each, signal.SIG_DFL)
            if _RELOADS:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the service listens to it
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            time.sleep(wait)
            server = self._server

            async def startup(sockets: list[socket.socket] | None = None) -> None:
                """As in uvicorn; the address is announced once for all workers."""
                await uvicorn.Server.startup(server, sockets)
                if server.started:
                    self._report(number)

            server.startup = startup
            server.run([self._socket])
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except KeyboardInterrupt:
            code = 0
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _report(self, number: int) -> None:
        """Tells the supervisor that a worker serves, and listens for its end."""
        loop = asyncio.get_running_loop()

        def supervisor_gone() -> None:
            loop.remove_reader(self._alive)
            log_event("supervisor_gone", level=logging.WARNING)
            signal.raise_signal(signal.SIGTERM)

        loop.add_reader(self._alive, supervisor_gone)
        os.write(self._say, f"{os.getpid()} {number}\n".encode())
        with suppress(ProcessLookupError, PermissionError):
            os.kill(os.getppid(), signal.SIGUSR1)

    def _welcome(self) -> None:
        """Hears which workers serve now."""
        with suppress(BlockingIOError):
            for line in os.read(self._said, 65536).splitlines():
                pid, number = map(int, line.split())
                if worker := self._workers.get(pid):
                    worker.ready_at = time.monotonic()
                    log_event("worker_started", worker=number, pid=pid)
        if not self._announced and all(worker.ready_at is not None for worker in self._workers.values()):
            self._announced = True
            host, port = self._socket.getsockname()[:2]
            print(json.dumps({"url": f"http://{f'[{host}]' if ':' in host else host}:{port}"}), flush=True)  # noqa: T201

    def _bury(self) -> None:
        """Starts another worker for each that has ended and should not have."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            worker = self._workers.pop(pid, None)
            if worker is None:
                continue
            for file in self._metrics.glob(f"gauge_live*_{pid}.db"):
                file.unlink()
            if self._ending:
                continue
            code = os.waitstatus_to_exitcode(status)
            served = 0.0 if worker.ready_at is None else time.monotonic() - worker.ready_at
            log_event("worker_died", level=logging.ERROR, worker=worker.number, pid=pid, exit_code=code)
            if worker.ready_at is None and not self._announced:
                # None would start; what is wrong has been said.
                self._code = code if code > 0 else 3
                self._end()
            else:
                self._falls[worker.number] = 0 if served > _STEADY_SECONDS else self._falls[worker.number] + 1
                self._start(worker.number)

    def _end(self) -> None:
        self._ending = True
        # While the last requests are answered, nobody is to be taken in.
        self._socket.close()
        self._tell_all(signal.SIGTERM)
        signal.alarm(math.ceil(self._drain_seconds) + _OBEY_SECONDS)

    def _tell_all(self, number: signal.Signals) -> None:
        for pid in self._workers:
            os.kill(pid, number)
