"""Workflows that start by the clock.

Which run a time has is kept under it, and the first one counts: of several instances all may find that a schedule is
due, and one run begins. Times that were missed are one run, however many they were.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dbos import DBOS
from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.durable.cron import Cron
from app.durable.engine import OPEN, Engine
from app.durable.kept import KEPT
from app.durable.operator import require_operator
from app.durable.outcomes import Run
from app.durable.parts import Part
from app.runtime.log import log_event

_LONGEST_LOOK_SECONDS = 30.0
_CLOCK_WAS_WRONG_SECONDS = 86_400.0
Overlap = Literal["skip", "queue", "replace"]


@dataclass(eq=False)
class Schedule(Part):
    """When runs of a workflow begin, and with which input. `overlap` says what becomes of one that is due while another
    goes on. With `catch_up` what was missed while no service was there is made up for by one run.
    """

    name: str
    workflow: str
    cron: str
    timezone: str = "UTC"
    overlap: Overlap = "skip"
    catch_up: bool = True
    _engine: Engine | None = field(default=None, init=False)
    _last: float = field(default=0.0, init=False)
    _looking: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._times = Cron.of(self.cron)
        self._zone = ZoneInfo(self.timezone)
        self._queue = f"schedule-{self.name}"

    @property
    def engine(self) -> Engine:
        """The engine of the service, once it has begun to come up."""
        assert self._engine is not None  # noqa: S101
        return self._engine

    def register(self, engine: Engine) -> None:
        """As in Part."""
        self._engine = engine

    async def start(self) -> None:
        """As in Part."""
        if self.overlap == "queue":
            await DBOS.register_queue_async(self._queue, global_concurrency=1)
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """As in Part."""
        if self._looking is not None:
            self._looking.cancel()

    def next_after(self, after: float) -> float | None:
        """When the next run is due after a time, in seconds since 1970."""
        return self._times.next_after(after, self._zone)

    async def begin_at(self, now: float) -> float:
        """Notes from when on times are due: the last one that has had its run, or now."""
        found = await DBOS.list_workflows_async(
            name=KEPT, workflow_id_prefix=f"{self._queue}-", sort_desc=True, limit=1, load_output=False
        )
        kept = found[0].input["args"][0] if found and found[0].input is not None else None
        if kept is None or not self.catch_up:
            self._last = now
        else:
            self._last = kept["due"]
            # The service may have died between the two.
            if kept["run"] is not None and await Run.find(kept["run"]) is None:
                await self._start(kept["run"], kept["due"])
        return self._last

    async def look(self, now: float) -> str | None:
        """Begins the run that is due, if one is: of several times that have passed, for the last one. Gives its id."""
        if self._last > now + _CLOCK_WAS_WRONG_SECONDS:
            self._last = now
        due = self._times.latest_until(self._last, now, self._zone)
        if due is None:
            return None
        run_id = await self._begin(due)
        self._last = due
        return run_id

    async def begin(
        self, request: Request, engine: Engine, inputs: BaseModel, run_id: str | None, caller: Mapping[str, Any] | None
    ) -> str:
        """Begins a run for a request, now, whatever the clock says."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return await engine.begin(self.workflow, inputs, run_id, caller=self._caller(now))

    @staticmethod
    async def admit(request: Request) -> None:
        """Lets in who may begin a run before its time.

        Raises:
            NotAllowed: 403, he has not sent the service's token.
        """
        require_operator(request)

    def _caller(self, due: str) -> dict[str, Any]:
        return {"name": self.name, "scheduled_at": due}

    async def _look(self) -> None:
        """Looks again and again, at latest every half minute: a clock that jumps is noticed by then."""
        started = False
        while True:
            try:
                now = time.time()
                if not started:
                    await self.begin_at(now)
                    started = True
                await self.look(now)
            except SQLAlchemyError as error:
                log_event("schedule_waits", schedule=self.name, reason=type(error).__name__, level=logging.WARNING)
                await asyncio.sleep(1)
                continue
            due = self.next_after(self._last)
            left = _LONGEST_LOOK_SECONDS if due is None else due - time.time()
            await asyncio.sleep(min(max(left, 0.05), _LONGEST_LOOK_SECONDS))

    async def _begin(self, due: float) -> str | None:
        at = datetime.fromtimestamp(due, UTC).isoformat(timespec="seconds")
        going_on = await DBOS.list_workflows_async(name=self.workflow, status=OPEN, load_input=False, load_output=False)
        # One whose version no process has does not go on, perhaps for ever.
        skips = self.overlap == "skip" and any(
            run.app_version is None or run.app_version in self.engine.versions for run in going_on
        )
        told = {"due": due, "run": None if skips else token_hex(16)}
        run_id = (await self.engine.keeper.keep(f"{self._queue}-{at}", told))["run"]
        if run_id is None:
            log_event("schedule_skipped", schedule=self.name, due=at, open_runs=len(going_on))
            return None
        if self.overlap == "replace":
            for status in going_on:
                if status.workflow_id != run_id:
                    await self.engine.cancel(status.workflow_id)
        await self._start(run_id, due)
        return run_id

    async def _start(self, run_id: str, due: float) -> None:
        at = datetime.fromtimestamp(due, UTC).isoformat(timespec="seconds")
        inputs = self.engine.input_of(self.workflow)
        if self.overlap == "queue":
            await self.engine.enqueue(self._queue, self.workflow, inputs, run_id, caller=self._caller(at))
        else:
            await self.engine.begin(self.workflow, inputs, run_id, caller=self._caller(at))
        log_event("schedule_due", schedule=self.name, due=at, execution_id=run_id)
