"""Runs that failed, or were cancelled, and are tried again."""

from dbos import DBOS

from app.durable.outcomes import Run
from app.durable.records import read_entry
from app.runtime.errors import HttpError


async def take_up_again(run: Run) -> str:
    """Begins a run anew, with what its steps gave until the one that it failed at; the id of the new one.

    Raises:
        HttpError: 409, the run has not failed.
    """
    if run.standing not in ("failed", "cancelled"):
        raise HttpError(409, f"The run has {run.standing}.", hint="Runs that failed or were cancelled can be retried.")
    begin = await first_to_repeat(run)
    handle = await DBOS.fork_workflow_async(run.status.workflow_id, begin, application_version=DBOS.application_version)
    return handle.get_workflow_id()


async def first_to_repeat(run: Run) -> int:
    """The place of the step that the run failed at: the last that failed, and what failed in it."""
    recorded = await DBOS.list_workflow_steps_async(run.status.workflow_id)
    place = max((step["function_id"] for step in recorded), default=0) + 1
    around: str | None = None
    for step in reversed(recorded):
        entry = read_entry(step["output"])
        if entry.kind != "ended" or entry.failure is None:
            continue
        if around is not None and not entry.step.startswith((f"{around}/", f"{around}~")):
            break
        place, around = step["function_id"], entry.step
    return place
