"""How long steps take."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from app.runtime.context import ExecutionContext, milliseconds_since


@contextmanager
def timed_step(ctx: ExecutionContext, node: str) -> Generator[None]:
    """Around the work of the step `node`: notes its time, however it ends."""
    started = time.perf_counter()
    try:
        yield
    finally:
        ctx.node_timings[node] = milliseconds_since(started)
