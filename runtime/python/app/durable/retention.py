"""Runs that ended long ago are deleted, so that the database does not grow for ever."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from dbos import DBOS, WorkflowStatus
from sqlalchemy.exc import SQLAlchemyError

from app.durable.kept import KEPT, STARTED_ONCE
from app.durable.outcomes import STATUSES
from app.runtime.log import log_event

_ENDED = [name for standing, names in STATUSES.items() if standing != "running" for name in names]
_AT_ONCE = 100
_MOST_IN_A_ROUND = 100_000
_LONGEST_WAIT = timedelta(days=366)


async def delete_ended(workflows: Sequence[str], before: datetime, most: int) -> int:
    """Deletes runs that ended before a time, the oldest first, with their steps; how many. None that is under way."""
    deleted = 0
    while deleted < most:
        found = await DBOS.list_workflows_async(
            name=list(workflows),
            status=_ENDED,
            completed_before=before.isoformat(),
            limit=min(_AT_ONCE, most - deleted),
            load_input=False,
            load_output=False,
        )
        if not found:
            break
        await DBOS.delete_workflows_async([run.workflow_id for run in found])
        deleted += len(found)
    return deleted


async def forget_kept(before: datetime) -> None:
    """Deletes what was kept before a time beside runs, where no run needs it any more: keys of callers without their
    runs, and what is older than the longest wait.
    """
    while old := await _kept(before - _LONGEST_WAIT, 0):
        await DBOS.delete_workflows_async([each.workflow_id for each in old])
    passed = 0
    while keys := await _kept(before, passed, STARTED_ONCE):
        runs = {key.workflow_id: str(key.input["args"][0][0]) for key in keys if key.input is not None}
        there = await DBOS.list_workflows_async(workflow_ids=list(runs.values()), load_input=False, load_output=False)
        left = {run.workflow_id for run in there}
        gone = [key for key, run in runs.items() if run not in left]
        if gone:
            await DBOS.delete_workflows_async(gone)
        passed += len(keys) - len(gone)


async def _kept(before: datetime, offset: int, prefix: str | None = None) -> list[WorkflowStatus]:
    return await DBOS.list_workflows_async(
        name=KEPT,
        status="SUCCESS",
        completed_before=before.isoformat(),
        workflow_id_prefix=prefix,
        limit=_AT_ONCE,
        offset=offset,
        load_output=False,
    )


async def keep_tidy(workflows: Callable[[], Sequence[str]], *, days: float, seconds: float) -> None:
    """Deletes every so many seconds what ended more than so many days ago."""
    while True:
        # Processes that start together do not do it together.
        await asyncio.sleep(seconds * random.uniform(0.5, 1.5))
        before = datetime.now(UTC) - timedelta(days=days)
        try:
            deleted = await delete_ended(workflows(), before, _MOST_IN_A_ROUND)
            await forget_kept(before)
            if deleted:
                log_event("runs_deleted", runs=deleted, ended_before=before.isoformat(timespec="seconds"))
        except SQLAlchemyError as error:
            log_event("runs_not_deleted", level=logging.WARNING, reason=type(error).__name__)
