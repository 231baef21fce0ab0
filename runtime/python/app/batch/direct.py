"""Rows that ask models one by one, so many of them at once as the providers take."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing, suppress
from typing import Any

from app.batch.batch import Batch
from app.batch.errors import MACHINE, BatchError
from app.batch.pace import PATIENCE_SECONDS, Pace, patient_pools
from app.batch.row_runs import RowRuns, StopBatch
from app.batch.rows import Row
from app.runtime.context import Asked, Process
from app.runtime.settings import Settings

_FIRST_ROWS = 4
"""So many are begun at once while a cap is to be kept and no row has told yet what it costs."""
_ROWS_AHEAD = 10_000
"""So many results may wait for an earlier row; then no further row is begun."""


def opened_process(env: Iterable[str], servers: Sequence[Asked]) -> tuple[Process, Settings]:
    """What the rows share, and the settings as the operator has set them; calls may wait for their turn beyond these.

    Raises:
        BatchError: the variable of a key or an address is not set.
        ValueError: a setting cannot be used.
    """
    settings = Settings.load()
    patient = settings.model_copy(update={"total_timeout_seconds": settings.total_timeout_seconds + PATIENCE_SECONDS})
    process = Process(env=env, servers=servers, settings=patient)
    if process.missing:
        names = ", ".join(dict.fromkeys(process.missing))
        hint = "Set it in the environment or in the .env file. Nothing was asked."
        raise BatchError(f"{names} is not set.", hint=hint, exit_code=MACHINE)
    return process, settings


class DirectRows:
    """Asks the rows of a batch in this process."""

    def __init__(self, batch: Batch, env: Iterable[str], servers: Sequence[Asked]) -> None:
        self._batch = batch
        self._process, settings = opened_process(env, servers)
        self._pace = Pace(batch.wanted.concurrency)
        self._process.pools = patient_pools(self._process.pools, self._pace, settings)
        batch.at_once = lambda: self._pace.limit
        self._runs = RowRuns(batch.wanted.workflow)
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Begins the rows that are left, and waits for those that were begun."""
        batch = self._batch
        async with aclosing(self._process.pools):
            synced = asyncio.create_task(batch.keep_synced())
            try:
                for row in batch.remaining():
                    if not await self._may_begin():
                        break
                    task = asyncio.create_task(self._row(row))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                while self._tasks:
                    await asyncio.wait(self._tasks)
            finally:
                synced.cancel()
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                with suppress(asyncio.CancelledError):
                    await synced

    async def _may_begin(self) -> bool:
        """Waits for a place among the rows under way; False when no further row is to be begun."""
        batch, pace = self._batch, self._pace
        await pace.begin()
        while batch.stop.reason is None and not self._has_room():
            if pace.running == 1:
                batch.stop.now("max_cost")
            else:
                self._changed.clear()
                await self._changed.wait()
        if batch.stop.reason is not None:
            pace.end()
        return batch.stop.reason is None

    def _has_room(self) -> bool:
        """Whether another row may begin beside those under way, by what they cost and by those that wait for others."""
        batch, under_way = self._batch, self._pace.running - 1
        is_first = batch.wanted.max_cost_usd is not None and not batch.results.totals.rows
        if batch.results.rows_ahead >= _ROWS_AHEAD or (is_first and under_way >= _FIRST_ROWS):
            return False
        return batch.may_begin(under_way)

    async def _row(self, row: Row[Any]) -> None:
        batch = self._batch
        try:
            line = await self._runs.line(self._process.context(), row)
            await batch.results.add(row.number, line)
        except StopBatch as stopped:
            batch.stop.now(stopped.error.code, stopped.error)
        finally:
            self._pace.end()
            self._changed.set()
