"""Lists of durable runs."""

from collections.abc import Sequence
from datetime import datetime

from dbos import DBOS

from app.durable.outcomes import NOT_BEGUN, STATUSES, Run
from app.durable.shown import AwaitedKind, Standing

_LOOKED_AT_ONCE = 1000


async def runs_of(
    workflows: Sequence[str],
    *,
    status: Standing | None,
    waits_for: AwaitedKind | None,
    since: datetime | None,
    limit: int,
    offset: int,
) -> list[Run]:
    """So many runs of workflows, the latest first, after so many that are passed over; those alone that wait for
    something, if it is said for what.
    """
    statuses = None if status is None else STATUSES[status]
    if waits_for is None:
        return await _portion(workflows, statuses, since, limit, offset)
    if status not in (None, "running"):
        return []
    # DBOS cannot be asked for what a run waits for: with SQLite it knows no attributes in a filter.
    statuses = NOT_BEGUN if waits_for == "queue" else STATUSES["running"]
    found: list[Run] = []
    looked_at = 0
    while len(found) < offset + limit:
        portion = await _portion(workflows, statuses, since, _LOOKED_AT_ONCE, looked_at)
        found += [run for run in portion if waits_for in run.waits_for]
        looked_at += len(portion)
        if len(portion) < _LOOKED_AT_ONCE:
            break
    return found[offset : offset + limit]


async def _portion(
    workflows: Sequence[str], statuses: list[str] | None, since: datetime | None, limit: int, offset: int
) -> list[Run]:
    found = await DBOS.list_workflows_async(
        name=list(workflows),
        status=statuses,
        start_time=None if since is None else since.isoformat(),
        limit=limit,
        offset=offset,
        sort_desc=True,
        load_input=False,
        load_output=False,
    )
    return [Run(each) for each in found]
