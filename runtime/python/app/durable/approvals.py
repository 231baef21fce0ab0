"""Runs that wait until a person has decided."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any, Literal

from typing_extensions import TypedDict

from app.durable.approval_links import signed_link
from app.durable.journal import patiently
from app.durable.lanes import LANE
from app.durable.records import iso_time
from app.durable.steps import recorded
from app.durable.waits import Waits
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.timing import timed_step


class ApprovalTimedOut(ServiceError, code="approval_timed_out", title="Nobody has decided", status=504):
    """A run waited for a person to decide, who did not in time."""

    hint = "Begin a new run, or try this one again with POST /runs/{id}/retry, which asks anew."
    for_caller = ()


class NotDurable(ServiceError, code="run_not_durable", title="Run is not durable", status=500):
    """A step that waits was run by hand, where nothing could ever wake it."""

    hint = "Begin the run by a request to its service."
    for_operator = True


class Decision(TypedDict):
    """What a person has decided. `values` are what the form of the decision asked for, `by` is who decided as far as
    that is known; when nobody did in time, `timed_out`.
    """

    approved: bool
    by: str | None
    comment: str | None
    values: dict[str, Any]
    decided_at: str
    timed_out: bool


def decision_of(
    *,
    approved: bool,
    by: str | None = None,
    comment: str | None = None,
    values: dict[str, Any] | None = None,
    timed_out: bool = False,
) -> Decision:
    """A decision that is made now."""
    at = iso_time(time.time())
    return Decision(approved=approved, by=by, comment=comment, values=values or {}, decided_at=at, timed_out=timed_out)


def decision_key(run: str, step: str) -> str:
    """Under which the decision is kept that a step of a run waits for."""
    return f"approval-{run}-{hashlib.sha256(step.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Approval:
    """A step that waits so many seconds for a person at most. `form` is a schema of what is asked beside yes or no."""

    node: str
    timeout: float
    on_timeout: Literal["fail", "approve", "reject"] = "fail"
    form: dict[str, Any] | None = None

    async def wait(self, ctx: ExecutionContext, message: str) -> Decision:
        """What was decided about `message`.

        Raises:
            ApprovalTimedOut: nobody has decided in time, and that is a failure.
        """
        lane = LANE.get()
        if lane is None:
            raise NotDurable(f"The step {self.node} waits for a person.", node=self.node)
        journal, name = lane.journal, lane.name(self.node)
        waits = ctx.pools.shared(Waits)
        started = time.time()

        async def decided(inner: ExecutionContext) -> Any:
            about = {"message": message, "form": self.form}
            noted = await journal.begin_to_wait(name, ctx.within, "approval", about, self.timeout)
            key = decision_key(journal.run, name)

            async def look() -> Any:
                return (await waits.keeper.find([key])).get(key)

            found = await waits.wait(journal, "approval", key, look, noted["until"], self.timeout)
            if found is None:
                nobodys = decision_of(approved=self.on_timeout == "approve", timed_out=True)
                found = await patiently(journal.run, lambda: waits.keeper.keep(key, nobodys))
            inner.node_timings[self.node] = round((time.time() - started) * 1000, 3)
            if found["timed_out"] and self.on_timeout == "fail":
                raise ApprovalTimedOut(f"Nobody has decided within {self.timeout:g} seconds.", node=self.node)
            return found

        return await recorded(ctx, lane, name, decided, begins=False)


@dataclass(frozen=True, slots=True)
class ApprovalLink:
    """A step that gives the link by which a person decides at the approval `approval`, which comes later in the run."""

    node: str
    approval: str

    async def make(self, ctx: ExecutionContext, by: str | None = None) -> str:
        """The link. `by` is who gets it, which the decision then says.

        Raises:
            MissingApiKey: APPROVAL_SECRET is not set.
        """
        lane = LANE.get()
        if lane is None:
            raise NotDurable(f"The step {self.node} makes a link to a run.", node=self.node)
        with timed_step(ctx, self.node):
            return signed_link(ctx, lane.journal.run, lane.next_name(self.approval), by)
