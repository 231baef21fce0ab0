"""The journal of a durable run: what its steps gave, in DBOS, and the events that it has told so far.

A step is kept under its name (`lanes.py`), and gets its place among DBOS's steps when it is recorded. So the order in
which steps that run side by side come to their ends may be another each time the run is taken up.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextvars import Context
from typing import Any, Literal, TypeVar

from dbos import DBOS
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from app.durable.records import Entry, pack, read_entry, unpack
from app.runtime.events import frame
from app.runtime.log import log_event

Result = TypeVar("Result")

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 15.0


StepStatus = Literal["begun", "waiting", "done", "failed"]


def step_frame(step: str, status: StepStatus) -> bytes:
    """The event that says how a step stands."""
    return frame("step", {"node": _node_of(step), "step": step, "status": status})


def _node_of(step: str) -> str:
    return step.rpartition("/")[2].partition("#")[0]


async def outside(work: Coroutine[Any, Any, Result]) -> Result:
    """What reads the database in a run without being a step of it."""
    return await Context().run(asyncio.ensure_future, work)


class Journal:
    """What is kept of a run. Events that no entry holds yet are `tail`; `changed` is set when there are more."""

    def __init__(self, run: str, seed: str, task: asyncio.Task[Any]) -> None:
        self.run = run
        self.seed = seed
        self.tail: list[bytes] = []
        self.count = 0
        """How many entries there are."""
        self.left = asyncio.Event()
        """Set when the run has ended or goes on elsewhere."""
        self._task = task
        self._ended: dict[str, Entry] = {}
        self._begun: Counter[str] = Counter()
        self._told: Counter[bytes] = Counter()
        self._writing = asyncio.Lock()
        self._listening: set[asyncio.Event] = set()

    async def take_up(self, recorded: Sequence[Any]) -> None:
        """Goes on after what is recorded already."""
        highest = -1
        events: Counter[bytes] = Counter()
        for step in recorded:
            highest = max(highest, step["function_id"])
            entry = read_entry(step["output"])
            events.update(unpack(entry.events))
            if entry.kind == "begun":
                self._begun[entry.step] += 1
            elif entry.kind == "ended":
                self._ended.setdefault(entry.step, entry)
        while DBOS.reserve_step().step_id < highest:
            pass
        self.count = len(recorded)
        self._told = events
        unfinished = sorted(name for name in self._begun if name not in self._ended)
        self.tell([frame("restart", {"node": _node_of(name)}) for name in unfinished])
        await self._write(Entry("restart", "", time.time(), unfinished=unfinished))
        if unfinished:
            log_event("run_taken_up", execution_id=self.run, steps=unfinished)

    @property
    def closed(self) -> bool:
        """Whether the run is no longer here."""
        return self.left.is_set()

    def ended(self, name: str) -> Entry | None:
        """How a step has ended."""
        return self._ended.get(name)

    async def begin(self, name: str) -> int:
        """Notes that a step begins; the how manieth time it is."""
        self._begun[name] += 1
        self.tell([step_frame(name, "begun")])
        await self._write(Entry("begun", name, time.time()))
        return self._begun[name]

    async def end(self, entry: Entry, *, waits: bool = False) -> None:
        """Keeps how a step has ended, or until when it waits."""
        ended: StepStatus = "done" if entry.failure is None else "failed"
        self.tell([step_frame(entry.step, "waiting" if waits else ended)])
        await self._write(entry)
        self._ended[entry.step] = entry

    async def close(self) -> None:
        """Keeps the last events; the run has ended."""
        if self.tail:
            await self._write(Entry("events", "", time.time()))
        self.leave()

    def leave(self) -> None:
        """The run is no longer here."""
        self.left.set()
        self._notify()

    def tell(self, events: list[bytes]) -> None:
        """Adds events."""
        self.tail += events
        self._notify()

    def tell_once(self, events: list[bytes]) -> None:
        """Adds the events of those that the run comes by again when it is taken up, unless they have been told."""
        for event in events:
            if self._told[event] > 0:
                self._told[event] -= 1
            else:
                self.tell([event])

    def listen(self) -> asyncio.Event:
        """An event that is set when there are more events, or entries; to be given back with `unlisten`."""
        heard = asyncio.Event()
        self._listening.add(heard)
        return heard

    def unlisten(self, heard: asyncio.Event) -> None:
        """Ends what `listen` began."""
        self._listening.discard(heard)

    def _notify(self) -> None:
        for heard in self._listening:
            heard.set()

    async def _write(self, entry: Entry) -> None:
        """Writes an entry with all events so far. While the database cannot be written to, the run waits."""
        async with self._writing:
            events = self.tail[:]
            entry.events = pack(events)
            wait = _FIRST_WAIT_SECONDS
            while True:
                try:
                    name = entry.step if entry.kind == "ended" else f"{entry.step} ({entry.kind})".strip()
                    await DBOS.reserve_step().run_async({"name": name}, lambda: entry)
                    break
                except SQLAlchemyError as error:
                    log_event("journal_waits", execution_id=self.run, reason=type(error).__name__, seconds=wait)
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
                except (dbos_errors.DBOSWorkflowCancelledError, dbos_errors.DBOSWorkflowConflictIDError) as error:
                    # Cancelled elsewhere, or run by another: neither may be taken for the failure of a step.
                    self._task.cancel()
                    raise asyncio.CancelledError from error
            del self.tail[: len(events)]
            self.count += 1
            self._notify()
