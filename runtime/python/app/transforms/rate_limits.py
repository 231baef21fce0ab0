"""Runs of a key that pass in a time; the others are refused until it is over."""

import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any

from app.outside.redis import asking_redis
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.redis_connections import RedisConnections
from app.runtime.redis_settings import RedisSettings
from app.runtime.settings import Settings
from app.runtime.timing import timed_step

_SWEEP_SECONDS = 60.0


class TooManyRequests(ServiceError, code="too_many_requests", title="Too many requests", status=429):
    """More runs than a step lets pass; `retry_after_s` says when the next does."""

    hint = "Try again after `retry_after_s` seconds."
    for_caller = ("retry_after_s",)
    retryable = True


class RateLimits:
    """What is counted: in Redis where REDIS_URL is set, so that all processes count together, else in this process."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.uses_redis = RedisSettings.load().redis_url is not None
        self._windows: dict[str, tuple[float, int]] = {}
        self._sweep_at = 0.0

    def counted(self, key: str, seconds: float) -> tuple[int, float]:
        """How many runs of a key there were since its time began, this one included, and how many seconds are left."""
        now = time.monotonic()
        if now >= self._sweep_at:
            self._windows = {each: window for each, window in self._windows.items() if window[0] > now}
            self._sweep_at = now + _SWEEP_SECONDS
        end, count = self._windows.get(key, (0.0, 0))
        if end <= now:
            end, count = now + seconds, 0
        self._windows[key] = end, count + 1
        return count + 1, end - now

    async def aclose(self) -> None:
        """Its connections are those of Redis."""


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
        limits = ctx.pools.shared(RateLimits)
        # What a caller sends is neither kept nor as long as he likes.
        name = f"rate_limit:{self.scope}:{self.node}:{hashlib.sha256(key.encode()).hexdigest()}"
        with timed_step(ctx, self.node):
            if limits.uses_redis:
                count, left = await self._counted_in_redis(ctx, name)
            else:
                count, left = limits.counted(name, self.seconds)
        reset = max(1, math.ceil(left))
        if count > self.limit:
            raise TooManyRequests(
                f"No more than {self.limit} in {self.seconds:g} seconds.",
                node=self.node,
                headers={"Retry-After": str(reset)},
                retry_after_s=reset,
            )
        return {"limit": self.limit, "remaining": self.limit - count, "resetSeconds": reset}

    async def _counted_in_redis(self, ctx: ExecutionContext, name: str) -> tuple[int, float]:
        client = ctx.pools.shared(RedisConnections).client
        with asking_redis(self.node, "increment"):
            # Together, so that no count stays for ever: https://redis.io/docs/latest/commands/incr/
            async with client.pipeline(transaction=True) as pipeline:
                pipeline.incr(name)
                pipeline.pexpire(name, math.ceil(self.seconds * 1000), nx=True)
                pipeline.pttl(name)
                count, _, left = await pipeline.execute()
        return count, left / 1000
