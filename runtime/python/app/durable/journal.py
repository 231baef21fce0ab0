"""The journal of a durable run: what its steps gave, in DBOS, and the events that it has told so far.

A step is kept under its name (`lanes.py`), and gets its place among DBOS's steps when it is recorded. So the order in
which steps that run side by side come to their ends may be another each time the run is taken up.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, Literal, TypeVar

from dbos import DBOS
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from app.durable.records import Entry, iso_time, pack, read_entry, unpack
from app.durable.shown import WaitKind
from app.durable.turns import Turns
from app.runtime.events import frame
from app.runtime.log import log_event

Result = TypeVar("Result")

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 15.0
_WORTH_SAYING_SECONDS = 10.0
_NOT_OURS = (
    dbos_errors.DBOSWorkflowCancelledError,
    dbos_errors.DBOSWorkflowConflictIDError,
    dbos_errors.DBOSUnexpectedStepError,
)
"""What DBOS says when another process has the run, or nobody has it any more."""


StepStatus = Literal["begun", "waiting", "done", "failed"]


WAITS_FOR = "waits_for_"
"""How the attributes of a run begin, as DBOS calls them, that say for what it waits."""


def step_frame(step: str, status: StepStatus, within: str) -> bytes:
    """The event that says how a step stands; `within` as in ExecutionContext."""
    return frame("step", {"node": within + node_of(step), "step": step, "status": status})


def waiting_frame(step: str, kind: str, until: float, within: str) -> bytes:
    """The event that says for what a step waits, and until when at most."""
    node = within + node_of(step)
    return frame("waiting", {"node": node, "step": step, "kind": kind, "until": iso_time(until)})


def node_of(step: str) -> str:
    """The node that a step belongs to."""
    return step.rpartition("/")[2].partition("#")[0]


async def outside(work: Coroutine[Any, Any, Result]) -> Result:
    """What reads the database in a run without being a step of it."""
    return await Context().run(asyncio.ensure_future, work)


async def patiently(run: str, asking: Callable[[], Awaitable[Result]]) -> Result:
    """What the database of runs answers, for which a run has all the time there is."""
    wait = _FIRST_WAIT_SECONDS
    while True:
        try:
            return await asking()
        except SQLAlchemyError as error:
            log_event("journal_waits", execution_id=run, reason=type(error).__name__, seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)


class Journal:
    """What is kept of a run. Events that no entry holds yet are `tail`; `changed` is set when there are more."""

    _turns: Turns | None = None
    """Of a run that was taken up and has come to the end of no step since."""

    def __init__(self, run: str, seed: str, task: asyncio.Task[Any], most_attempts: int) -> None:
        self.run = run
        self.seed = seed
        self.tail: list[bytes] = []
        self.count = 0
        """How many entries there are."""
        self.left = asyncio.Event()
        """Set when the run has ended or goes on elsewhere."""
        self._task = task
        self._most_attempts = most_attempts
        self._forgiven: Counter[str] = Counter()
        """How often a step was begun before somebody had the run tried again."""
        self._under_way: set[str] = set()
        self._retires = False
        self._ended: dict[str, Entry] = {}
        self.waiting: dict[str, dict[str, Any]] = {}
        """What steps wait or waited for."""
        self._waits: Counter[WaitKind] = Counter()
        """How many steps wait for each kind of thing, and how lists of runs have it."""
        self._said: set[WaitKind] = set()
        self._saying = asyncio.Lock()
        self._begun: Counter[str] = Counter()
        self._told: Counter[bytes] = Counter()
        self._writing = asyncio.Lock()
        self._listening: set[asyncio.Event] = set()

    async def take_up(
        self, recorded: Sequence[Any], turns: Turns, *, said: Iterable[WaitKind] = (), retry_of: str | None = None
    ) -> None:
        """Goes on after what is recorded already, when it has its turn. A run that is tried again begins with what that
        of another run is. `said` is what lists say that it waits for.
        """
        self._said = set(said)
        self._turns = turns if recorded else None
        highest = -1
        is_of_another = retry_of is not None
        events: Counter[bytes] = Counter()
        within: dict[str, str] = {}
        for step in recorded:
            highest = max(highest, step["function_id"])
            entry = read_entry(step["output"])
            events.update(unpack(entry.events))
            if entry.kind == "begun":
                self._begun[entry.step] += 1
                within[entry.step] = entry.within
                self._forgiven[entry.step] += is_of_another
            elif entry.kind == "ended":
                self._ended.setdefault(entry.step, entry)
            elif entry.kind == "waiting":
                self.waiting[entry.step] = entry.value
            elif entry.run == self.run:
                is_of_another = False
        while DBOS.reserve_step().step_id < highest:
            pass
        self.count = len(recorded)
        self._told = events
        unfinished = sorted(name for name in self._begun if name not in self._ended)
        self.tell([frame("restart", {"node": within[name] + node_of(name), "step": name}) for name in unfinished])
        await self._write(Entry("restart", "", time.time(), unfinished=unfinished, run=self.run))
        if unfinished:
            log_event("run_taken_up", execution_id=self.run, steps=unfinished)

    @property
    def closed(self) -> bool:
        """Whether the run is no longer here."""
        return self.left.is_set()

    def ended(self, name: str) -> Entry | None:
        """How a step has ended."""
        return self._ended.get(name)

    def begun(self, name: str) -> int:
        """How often a step has begun."""
        return self._begun[name]

    def is_exhausted(self, name: str) -> bool:
        """Whether a step has begun as often as it may without an outcome."""
        return 0 < self._most_attempts <= self._begun[name] - self._forgiven[name]

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """A block in which a step is taken: at once, or when it is the turn of a run that was taken up."""
        if self._turns is None:
            yield
            return
        try:
            async with self._turns.one():
                yield
        finally:
            self._turns = None

    async def begin(self, name: str, within: str) -> int:
        """Notes that a step begins; the how manieth time it is."""
        if self._retires:
            self._part()
            raise asyncio.CancelledError
        self._under_way.add(name)
        self._begun[name] += 1
        self.tell([step_frame(name, "begun", within)])
        await self._say_waits()
        await self._write(Entry("begun", name, time.time(), within=within))
        return self._begun[name]

    async def begin_to_wait(
        self, name: str, within: str, kind: WaitKind, about: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        """Notes what a step waits for, and until when; as it was noted when this run came by here before."""
        known = self.waiting.get(name)
        # A run that is tried again begins with what the one before it has noted, and waits anew.
        if known is not None and known["run"] == self.run:
            return known
        now = time.time()
        until = now + seconds
        noted = {**about, "kind": kind, "until": until, "run": self.run}
        self.tell([step_frame(name, "waiting", within), waiting_frame(name, kind, until, within)])
        await self._write(Entry("waiting", name, now, value=noted))
        self.waiting[name] = noted
        return noted

    @asynccontextmanager
    async def waiting_for(self, kind: WaitKind, seconds: float) -> AsyncGenerator[None]:
        """A block in which a step waits for so long at most: lists of runs say so, unless it is short."""
        if seconds < _WORTH_SAYING_SECONDS:
            yield
            return
        self._waits[kind] += 1
        try:
            await self._say_waits()
            yield
        finally:
            self._waits[kind] -= 1
        # One that was cancelled may go on to wait elsewhere; else the next step that begins says that it does not.
        await self._say_waits()

    async def _say_waits(self) -> None:
        async with self._saying:
            waits = set(+self._waits)
            if waits != self._said:
                said = {f"{WAITS_FOR}{kind}": True for kind in sorted(waits)}
                await patiently(self.run, lambda: outside(DBOS.update_workflow_attributes_async(self.run, said)))
                self._said = waits

    async def end(self, entry: Entry, *, waits: bool = False) -> None:
        """Keeps how a step has ended, or until when it waits."""
        ended: StepStatus = "done" if entry.failure is None else "failed"
        self.tell([step_frame(entry.step, "waiting" if waits else ended, entry.within)])
        if waits:
            self.tell([waiting_frame(entry.step, "delay", entry.value, entry.within)])
        await self._write(entry)
        self._ended[entry.step] = entry
        self._under_way.discard(entry.step)
        if self._retires:
            self.retire()

    async def close(self) -> None:
        """Keeps the last events; the run has ended."""
        if self.tail:
            await self._write(Entry("events", "", time.time()))
        self.leave()

    def retire(self) -> None:
        """Lets the run go on elsewhere as soon as the steps that are under way have been kept."""
        self._retires = True
        if not self._under_way:
            self._part()

    def _part(self) -> None:
        self.leave()
        self._task.cancel()

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
            name = entry.step if entry.kind == "ended" else f"{entry.step} ({entry.kind})".strip()
            try:
                kept = await patiently(self.run, lambda: DBOS.reserve_step().run_async({"name": name}, lambda: entry))
            except _NOT_OURS as error:
                # Cancelled elsewhere, or run by another: neither may be taken for the failure of a step.
                self._task.cancel()
                raise asyncio.CancelledError from error
            if kept is not entry:
                # Who has the run now has written something in this place: DBOS gives that, and asks for no owner.
                self._task.cancel()
                raise asyncio.CancelledError
            del self.tail[: len(events)]
            self.count += 1
            self._notify()
