"""Runs of a key that pass in a time; the others are refused until it is over."""

import math
from dataclasses import dataclass
from typing import Any

from app.outside.counters import Change, Counters, TooManyRequests, counter_name
from app.runtime.context import ExecutionContext
from app.runtime.timing import timed_step


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A step that lets `limit` runs of a key pass in so many seconds, which begin with the first of them. `scope` is
    its workflow, in which no other step has its id.
    """

    node: str
    limit: int
    seconds: float
    scope: str = ""

    async def send(self, ctx: ExecutionContext, key: str) -> Any:
        """Counts this run; gives `{"limit": …, "remaining": …, "resetSeconds": …}`.

        Raises:
            TooManyRequests: it is one too many, with the header Retry-After.
            DatabaseUnreachable, DatabaseTimeout, QueryFailed: Redis cannot count.
        """
        counters = ctx.pools.shared(Counters)
        name = counter_name("rate_limit", self.scope, self.node, key=key)
        with timed_step(ctx, self.node):
            [count] = await counters.add(ctx.pools, Change(name, 1, self.seconds), node=self.node)
        reset = max(1, math.ceil(count.left))
        if count.total > self.limit:
            raise TooManyRequests(
                f"No more than {self.limit} in {self.seconds:g} seconds.",
                node=self.node,
                headers={"Retry-After": str(reset)},
                retry_after_s=reset,
            )
        return {"limit": self.limit, "remaining": self.limit - count.total, "resetSeconds": reset}
