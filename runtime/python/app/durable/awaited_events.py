"""Runs that wait until something is sent to them from outside."""

import time
from dataclasses import dataclass
from typing import Any, TypedDict

from app.durable.approvals import NotDurable
from app.durable.journal import Journal
from app.durable.lanes import LANE
from app.durable.mailboxes import Reader, Sent, mailbox
from app.durable.records import iso_time
from app.durable.steps import recorded
from app.durable.waiting_settings import WaitingSettings
from app.durable.waits import Waits
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError


class EventTimedOut(ServiceError, code="event_timed_out", title="Event did not come", status=504):
    """A run waited for an event that did not come in time."""

    hint = "Begin a new run, or try this one again with POST /runs/{id}/retry, which waits anew."
    for_caller = ()


class AwaitedEvent(TypedDict):
    """What has come, and when it was sent; `timed_out` when nothing has."""

    payload: Any
    sent_at: str | None
    id: str | None
    timed_out: bool


@dataclass(frozen=True, slots=True)
class EventWait:
    """A step that waits so many seconds for an event at most, and fails then, unless it `goes_on`."""

    node: str
    name: str
    timeout: float
    goes_on: bool = False

    async def wait(self, ctx: ExecutionContext, key: str, default: Any = None) -> AwaitedEvent:
        """The oldest event with this key that no wait before it in this run has taken.

        Raises:
            EventTimedOut: none has come in time, and the step does not go on with `default`.
        """
        lane = LANE.get()
        if lane is None:
            raise NotDurable(f"The step {self.node} waits for an event.", node=self.node)
        journal, name = lane.journal, lane.name(self.node)
        waits = ctx.pools.shared(Waits)
        box = mailbox(self.name, key)
        started = time.time()

        async def come(inner: ExecutionContext) -> Any:
            keep = WaitingSettings.load().event_keep_seconds
            about = {"mailbox": box, "since": started - keep}
            noted = await journal.begin_to_wait(name, ctx.within, "event", about, self.timeout)
            taken = _taken(journal, box)
            reader = Reader(waits.keeper, box, noted["since"], keep)

            async def look() -> Sent | None:
                return next((each for each in await reader.read() if each["id"] not in taken), None)

            found = await waits.wait(journal, "event", box, look, noted["until"], self.timeout)
            inner.node_timings[self.node] = round((time.time() - started) * 1000, 3)
            if found is None and not self.goes_on:
                raise EventTimedOut(f"No event {self.name} has come within {self.timeout:g} seconds.", node=self.node)
            if found is None:
                return AwaitedEvent(payload=default, sent_at=None, id=None, timed_out=True)
            sent_at = iso_time(found["at"])
            return AwaitedEvent(payload=found["payload"], sent_at=sent_at, id=found["id"], timed_out=False)

        return await recorded(ctx, lane, name, come, begins=False)


def _taken(journal: Journal, box: str) -> set[str]:
    """The events of a mailbox that steps of this run have had."""
    steps = [step for step, noted in journal.waiting.items() if noted.get("mailbox") == box]
    ended = [entry for step in steps if (entry := journal.ended(step)) is not None and entry.failure is None]
    return {entry.value["id"] for entry in ended}
