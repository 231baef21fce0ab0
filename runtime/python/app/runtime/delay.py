"""Steps that wait."""

import asyncio
import math
import time
from typing import Any

from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import ExpressionError

_LONGEST = 86_400

longest_wait = math.inf
"""No step waits longer; tests may let all of them pass at once."""


async def delay(ctx: ExecutionContext, node: str, seconds: Any) -> None:
    """Waits as the step `node`.

    Raises:
        ExpressionError: `seconds` is no number from 0 to a day.
    """
    started = time.perf_counter()
    await asyncio.sleep(wait_seconds(node, seconds))
    ctx.node_timings[node] = milliseconds_since(started)


def wait_seconds(node: str, seconds: Any, longest: float = _LONGEST) -> float:
    """How long the step `node` waits.

    Raises:
        ExpressionError: `seconds` is no number from 0 to `longest`.
    """
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds <= longest:
        return min(seconds, longest_wait)
    given = f"{seconds:g}" if isinstance(seconds, float) and math.isfinite(seconds) else "That"
    raise ExpressionError(f"{given} is no number of seconds to wait; it has to be one from 0 to {longest}.", node=node)
