"""Time limits and waits that go on when a durable run is taken up again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from app.durable.journal import step_frame
from app.durable.lanes import LANE
from app.durable.steps import recorded
from app.runtime.context import ExecutionContext, Reply, milliseconds_since
from app.runtime.delay import wait_seconds
from app.runtime.run_timeout import timed

Input = TypeVar("Input")

_LONGEST_SECONDS = 366 * 86_400
_LOOK_AT_CLOCK_SECONDS = 60.0


def timed_durably(
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]], seconds: float
) -> Callable[[ExecutionContext, Input], Awaitable[Reply]]:
    """A workflow's `run` that ends with `RunTimeout` so many seconds after it began, however often it was taken up."""

    def left() -> float:
        lane = LANE.get()
        return seconds if lane is None else max(min(seconds, lane.at + seconds - time.time()), 0)

    return timed(run, seconds, left)


async def delay(ctx: ExecutionContext, node: str, seconds: Any) -> None:
    """Waits as the step `node`; a run that is taken up again waits for what is left.

    Raises:
        ExpressionError: `seconds` is no number of seconds to wait.
    """
    lane = LANE.get()
    given = wait_seconds(node, seconds, _LONGEST_SECONDS)
    started = time.perf_counter()
    if lane is None:
        await sleep_until(time.time() + given, given)
    else:

        async def until(ctx: ExecutionContext) -> float:
            return time.time() + given

        name = lane.name(node)
        end = await recorded(ctx, lane, name, until, begins=False, waits=True)
        async with lane.journal.waiting_for("delay", end - time.time()):
            await sleep_until(end, given)
        lane.at = max(lane.at, end)
        lane.journal.tell_once([step_frame(name, "done", ctx.within)])
    ctx.node_timings[node] = milliseconds_since(started)


async def sleep_until(end: float, most: float) -> None:
    """Sleeps until a time, in seconds since 1970.

    A clock that is set back makes no wait longer than `most`; one that is set on, or a machine that slept, ends it
    within a minute.
    """
    latest = time.monotonic() + most
    while True:
        left = min(end - time.time(), latest - time.monotonic())
        if left <= 0:
            return
        await asyncio.sleep(min(left, _LOOK_AT_CLOCK_SECONDS))
