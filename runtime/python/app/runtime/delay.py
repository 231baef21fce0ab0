"""Steps that wait."""

import math
import time
from asyncio import sleep
from typing import Any

from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import ExpressionError

_LONGEST = 86_400


async def delay(ctx: ExecutionContext, node: str, seconds: Any) -> None:
    """Waits as the step `node`.

    Raises:
        ExpressionError: `seconds` is no number from 0 to a day.
    """
    started = time.perf_counter()
    await sleep(wait_seconds(node, seconds))
    ctx.node_timings[node] = milliseconds_since(started)


def wait_seconds(node: str, seconds: Any, longest: float = _LONGEST) -> float:
    """How long the step `node` waits.

    Raises:
        ExpressionError: `seconds` is no number from 0 to `longest`.
    """
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds <= longest:
        return seconds
    given = f"{seconds:g}" if isinstance(seconds, float) and math.isfinite(seconds) else "That"
    raise ExpressionError(f"{given} is no number of seconds to wait; it has to be one from 0 to {longest}.", node=node)
