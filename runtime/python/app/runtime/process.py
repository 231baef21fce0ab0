"""What one process shares between its runs, and how they come to an end together."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Literal

from app.runtime.context import Environment, ExecutionContext, Secrets, new_execution_id
from app.runtime.events import EventSink, Send
from app.runtime.log import log_event
from app.runtime.pools import Pools, Server
from app.runtime.settings import Settings

StopReason = Literal["disconnect", "shutdown", "stalled"]


class ActiveRun:
    """A run in progress, which can be stopped from outside."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self.reason: StopReason | None = None

    def stop(self, reason: StopReason) -> None:
        """Cancels the run, which closes its connection upstream."""
        if self.reason is None and self._task is not None:
            self.reason = reason
            self._task.cancel()

    def absorb_cancellation(self) -> bool:
        """Whether a CancelledError is the answer to `stop()`; if so the task may go on."""
        if self.reason is None or self._task is None:
            return False
        self._task.uncancel()
        return True


class Process:
    """Settings, connections and runs of one process, from start-up to shut-down.

    Raises:
        ValueError: a setting cannot be used; see `explain()`.
    """

    def __init__(self, *, env: Iterable[str], servers: Iterable[Server[Any]]) -> None:
        self.settings = Settings.load()
        self.secrets = Secrets(self.settings)
        self.pools = Pools(self.settings, self.secrets)
        self.env = Environment(env)
        self.active: set[ActiveRun] = set()
        self.draining = False
        self.missing = self.pools.open(servers)
        """The variables without which the workflows cannot do their work."""
        if self.missing:
            log_event("not_ready", level=logging.WARNING, detail=f"To be set: {', '.join(self.missing)}.")

    def open_run(self, active: ActiveRun, send: Send | None) -> ExecutionContext:
        """The context of a new run; with `send` its caller listens to a stream, and has to read it."""
        sink = send and EventSink(
            send,
            ping_seconds=self.settings.ping_seconds,
            write_timeout_seconds=self.settings.write_timeout_seconds,
            stalled=lambda: active.stop("stalled"),
        )
        return ExecutionContext(
            settings=self.settings,
            pools=self.pools,
            secrets=self.secrets,
            env=self.env,
            execution_id=new_execution_id(),
            sink=sink,
        )

    def begin_drain(self) -> None:
        """Lets open runs go on for `drain_seconds`, then ends each with an error of its own."""
        if self.draining:
            return
        self.draining = True
        log_event("draining", open_runs=len(self.active), seconds=self.settings.drain_seconds)
        asyncio.get_running_loop().call_later(self.settings.drain_seconds, self._stop_all)

    def _stop_all(self) -> None:
        for run in list(self.active):
            run.stop("shutdown")
