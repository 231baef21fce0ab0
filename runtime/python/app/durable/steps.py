"""How a durable run takes its steps: what one gave is kept, and not asked again when the run is taken up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import nullcontext
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Concatenate, Literal, TypeVar, cast

import msgspec
from msgspec.structs import replace

from app.durable.journal import node_of
from app.durable.lanes import LANE, Lane
from app.durable.records import Entry, Failure, NotRecordable, StepInterrupted, Streamed
from app.durable.sink import JournalSink
from app.runtime import loops
from app.runtime.context import ExecutionContext
from app.runtime.events import EventSink, encode
from app.runtime.log import log_event
from app.runtime.problems import as_service_error
from app.runtime.steps import Given, Result, Step
from app.runtime.usage import UsageMeter

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class DurableStep(Step):
    """A step whose outcome is kept. With `parts`, what it consists of is kept as well, each for itself: the steps of
    a called workflow, or what a model answers and what its tools give.
    """

    parts: bool = field(default=False, kw_only=True)

    async def run(
        self,
        call: Callable[Concatenate[ExecutionContext, Given], Awaitable[Result]],
        ctx: ExecutionContext,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """As in Step. What it gives is as JSON has it, also when it has just been worked out."""
        lane = LANE.get()
        if lane is None:
            return await Step.run(self, call, ctx, *args, **kwargs)
        name = lane.name(self.node)
        inside = _attempts_within(call, lane, name) if self.parts else call

        async def work(inner: ExecutionContext) -> Result:
            return await Step.run(self, inside, inner, *args, **kwargs)

        return await recorded(ctx, lane, name, work, begins=not self.parts, parts=self.parts)


def _attempts_within(
    call: Callable[Concatenate[ExecutionContext, Given], Awaitable[Result]], lane: Lane, name: str
) -> Callable[Concatenate[ExecutionContext, Given], Coroutine[Any, Any, Result]]:
    """As `call`, each time in a lane of its own: what failed once is not taken from the journal the next time."""
    tried = 0

    async def attempt(ctx: ExecutionContext, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        nonlocal tried
        tried += 1
        inner = lane.within(name if tried == 1 else f"{name}~{tried}")
        LANE.set(inner)
        try:
            return await call(ctx, *args, **kwargs)
        finally:
            LANE.set(lane)
            lane.at = max(lane.at, inner.at)

    return attempt


async def recorded(
    ctx: ExecutionContext,
    lane: Lane,
    name: str,
    work: Callable[[ExecutionContext], Awaitable[Result]],
    *,
    begins: bool = True,
    parts: bool = False,
    waits: bool = False,
) -> Result:
    """What `work` gives, or gave when the run came by here before.

    Without `begins` nothing notes that it has begun, as it costs nothing by itself; what it consists of is kept for
    itself where there are `parts`. One that `waits` has only begun to when it is kept.

    Raises:
        ServiceError: it failed.
        NotRecordable: what it gave has no JSON form.
        StepInterrupted: the service died during it as often as it may.
    """
    journal = lane.journal
    entry = journal.ended(name)
    if entry is None and begins and journal.is_exhausted(name):
        entry = _interrupted(name, journal.begun(name), ctx.within)
        await journal.end(entry)
    if entry is None:
        async with journal.turn() if begins else nullcontext():
            attempts = await journal.begin(name, ctx.within) if begins else 1
            if attempts > 1:
                log_event("step_repeated", execution_id=ctx.execution_id, step=name, attempts=attempts)
            meter = UsageMeter(within=ctx.usage)
            sink = JournalSink(journal.tell if begins else journal.tell_once, ctx.sink)
            inner = replace(ctx, usage=meter, sink=sink if ctx.sink is not None else None, node_timings={})
            entry = Entry(
                "ended",
                name,
                0.0,
                attempts=attempts,
                timings=inner.node_timings,
                parts=parts,
                delays=waits,
                within=ctx.within,
            )
            try:
                entry.value = _as_json(name, await work(inner))
            except Exception as error:
                entry.failure = Failure.of(as_service_error(error))
                _add_account(entry, meter, sink)
                await journal.end(entry)
                _add_to(ctx, lane, entry)
                raise
            _add_account(entry, meter, sink)
            await journal.end(entry, waits=waits)
    elif entry.usage is not None:
        ctx.usage.add(entry.usage, entry.usage["cost_usd"])
    _add_to(ctx, lane, entry)
    if entry.failure is not None:
        raise entry.failure.error()
    return cast("Result", entry.value)


def _interrupted(name: str, attempts: int, within: str) -> Entry:
    """How a step ends that is not begun once more."""
    detail = f"The service died {attempts} times while the step {name} was under way."
    failure = Failure.of(StepInterrupted(detail, node=node_of(name)))
    return Entry("ended", name, time.time(), attempts=attempts, failure=failure, within=within)


def _as_json(name: str, value: Any) -> Any:
    try:
        return msgspec.json.decode(encode(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise NotRecordable(f"What the step {name} gave has no JSON form.", node=name) from error


def _add_account(entry: Entry, meter: UsageMeter, sink: JournalSink) -> None:
    entry.at = time.time()
    entry.streamed = sink.streamed_so_far()
    if meter.calls:
        entry.usage = meter.total()


def _add_to(ctx: ExecutionContext, lane: Lane, entry: Entry) -> None:
    """Notes in the run what a step has used and streamed."""
    lane.at = max(lane.at, entry.at)
    ctx.node_timings.update(entry.timings)
    if entry.streamed is not None and ctx.sink is not None:
        _add_streamed(ctx.sink, entry.streamed)


def _add_streamed(sink: EventSink, streamed: Streamed) -> None:
    if streamed.token_count:
        sink.note_begun()
    sink.streamed("".join(streamed.texts), token_count=streamed.token_count)
    sink.finish_reason = streamed.finish_reason or sink.finish_reason


async def run_items(
    ctx: ExecutionContext,
    node: str,
    items: Sequence[Item],
    body: Callable[[int, Item], Awaitable[Result]],
    *,
    concurrency: int,
    on_error: Literal["fail", "skip", "collect"] = "fail",
    sends: bool = True,
) -> list[Any]:
    """As in `app.runtime.loops`, each round in a lane of its own."""
    around = LANE.get()
    run = partial(loops.run_items, concurrency=concurrency, on_error=on_error, sends=sends)
    if around is None:
        return await run(ctx, node, items, body)
    name, latest = around.name(node), around.at

    async def in_lane(index: int, item: Item) -> Result:
        nonlocal latest
        lane = around.within(f"{name}[{index}]")
        LANE.set(lane)
        try:
            return await body(index, item)
        finally:
            latest = max(latest, lane.at)

    given = await run(ctx, node, items, in_lane)
    around.at = latest
    return given


class TaskGroup(asyncio.TaskGroup):
    """As in asyncio, each task in a lane of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._around = LANE.get()
        self._arms: list[Lane] = []

    def create_task(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, coro: Coroutine[Any, Any, Result], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Result]:
        """As in asyncio."""
        if self._around is None:
            return super().create_task(coro, name=name, context=context)
        arm = self._around.arm(len(self._arms))
        self._arms.append(arm)

        async def in_lane() -> Result:
            LANE.set(arm)
            return await coro

        return super().create_task(in_lane(), name=name, context=context)

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await super().__aexit__(*raised)
        finally:
            if self._around is not None:
                self._around.at = max([self._around.at, *(arm.at for arm in self._arms)])


async def worked_out(
    _ctx: ExecutionContext, make: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
) -> Result:
    """What `make` gives, for a step that takes no time and gives something else each time."""
    return make(*args, **kwargs)
