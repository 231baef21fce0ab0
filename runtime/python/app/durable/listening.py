"""The events of a durable run from its beginning, for anybody who listens, whenever and wherever.

An event's id says after how many entries of the journal it stands, and after how many events behind those:
`Last-Event-ID` goes on from there. What a service had told and not kept when it died is void: the next event is
`restart`, with the steps that begin anew.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import suppress

from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError

from app.durable.engine import Engine
from app.durable.outcomes import Run, last_event
from app.durable.records import read_entry, unpack
from app.runtime.context import ActiveRun
from app.runtime.errors import HttpError
from app.runtime.events import PING

_POSITION = re.compile(r"(\d{1,9})\.(\d{1,9})")
_LOOK_SECONDS = 0.5
_ENTRIES_AT_ONCE = 20
END = "end"
"""The id of the last event."""


def position(last_event_id: str | None) -> tuple[int, int]:
    """Where a listener goes on.

    Raises:
        HttpError: 400, no event has that id.
    """
    if not last_event_id:
        return 0, 0
    found = _POSITION.fullmatch(last_event_id)
    if found is None:
        raise HttpError(400, "No event has this Last-Event-ID.", hint="Send the id of the last event, or none.")
    return int(found[1]), int(found[2])


async def listen(engine: Engine, run_id: str, after: tuple[int, int]) -> AsyncGenerator[bytes]:
    """The events of a run behind a position, as they come, until it has ended. When the service stops, so does this."""
    active = ActiveRun()
    engine.process.active.add(active)
    try:
        async for events in _events(engine, run_id, after):
            yield events
    except asyncio.CancelledError:
        if not active.absorb_cancellation():
            raise
    finally:
        engine.process.active.discard(active)


async def _events(engine: Engine, run_id: str, after: tuple[int, int]) -> AsyncGenerator[bytes]:
    entries, behind = after
    while True:
        here = engine.runs.get(run_id)
        journal = None if here is None else here.journal
        if journal is not None and journal.count == entries:
            heard = journal.listen()
            try:
                events = journal.tail[behind:]
                if events:
                    yield _with_ids(events, entries, behind)
                    behind += len(events)
                elif not journal.closed:
                    yield await _heard(heard, engine.process.settings.ping_seconds)
            finally:
                journal.unlisten(heard)
            if not journal.closed:
                continue
        # Read first: whatever stands in the journal of a run that has ended was there before it ended.
        try:
            run = await Run.find(run_id)
            steps = await DBOS.list_workflow_steps_async(run_id, offset=entries, limit=_ENTRIES_AT_ONCE)
        except SQLAlchemyError:
            yield PING
            await asyncio.sleep(_LOOK_SECONDS)
            continue
        for step in steps:
            entry = read_entry(step["output"])
            events = unpack(entry.events)
            if entry.kind == "restart":
                behind = 0
            if behind < len(events):
                yield _with_ids(events[behind:], entries, behind)
            entries, behind = entries + 1, max(0, behind - len(events))
        if steps:
            continue
        if run is None or run.has_ended:
            if run is not None:
                yield _with_id(last_event(run), END)
            return
        if journal is None:
            await asyncio.sleep(_LOOK_SECONDS)
            yield b""


async def _heard(heard: asyncio.Event, seconds: float) -> bytes:
    """Waits until something was heard; what is said when nothing was for so long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(heard.wait(), seconds)
        return b""
    return PING


def _with_ids(events: list[bytes], entries: int, behind: int) -> bytes:
    return b"".join(_with_id(event, f"{entries}.{behind + place}") for place, event in enumerate(events, 1))


def _with_id(event: bytes, event_id: str) -> bytes:
    return b"id: %b\n%b" % (event_id.encode(), event)
