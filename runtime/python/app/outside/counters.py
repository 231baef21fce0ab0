"""Counts that begin anew after a time: in Redis where REDIS_URL is set, so that all processes count together, else in
this process.
"""

import hashlib
import heapq
import math
import time
from dataclasses import dataclass
from typing import NamedTuple

from app.outside.redis import asking_redis
from app.runtime.context import Pools
from app.runtime.errors import ServiceError
from app.runtime.redis_connections import RedisConnections
from app.runtime.redis_settings import RedisSettings
from app.runtime.settings import Settings

_SWEEP_SECONDS = 60.0
_MOST_WINDOWS = 200_000


class TooManyRequests(ServiceError, code="too_many_requests", title="Too many requests", status=429):
    """More than may pass in a time; `retry_after_s` says when the next may."""

    hint = "Try again after `retry_after_s` seconds."
    for_caller = ("retry_after_s",)
    retryable = True


@dataclass(frozen=True, slots=True)
class Change:
    """What is added to a count, whose time of so many seconds begins with the first change; 0 only reads it."""

    name: str
    amount: int
    seconds: float


class Count(NamedTuple):
    """How much there is since the time began, and in how many seconds it begins anew."""

    total: int
    left: float


def counter_name(*parts: str, key: str) -> str:
    """A name for what is counted by a key; what a caller sends is neither kept nor as long as he likes."""
    return ":".join((*parts, hashlib.sha256(key.encode()).hexdigest()))


class Counters:
    """The counts of a process."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self._uses_redis = RedisSettings.load().redis_url is not None
        self._windows: dict[str, tuple[float, int]] = {}
        self._sweep_at = 0.0

    async def add(self, pools: Pools, *changes: Change, node: str | None = None) -> list[Count]:
        """Makes the changes, and gives what the counts are then.

        Raises:
            DatabaseUnreachable, DatabaseTimeout, QueryFailed: Redis cannot count.
        """
        if not self._uses_redis:
            return [self._add(change) for change in changes]
        client = pools.shared(RedisConnections).client
        with asking_redis(node, "increment"):
            # Together, so that no count stays for ever: https://redis.io/docs/latest/commands/incr/
            async with client.pipeline(transaction=True) as pipeline:
                for change in changes:
                    pipeline.incrby(change.name, change.amount)
                    pipeline.pexpire(change.name, math.ceil(change.seconds * 1000), nx=True)
                    pipeline.pttl(change.name)
                told = await pipeline.execute()
        return [Count(total, left / 1000) for total, _, left in zip(told[::3], told[1::3], told[2::3], strict=True)]

    def _add(self, change: Change) -> Count:
        now = time.monotonic()
        if now >= self._sweep_at or len(self._windows) >= _MOST_WINDOWS:
            self._sweep(now)
        end, total = self._windows.get(change.name, (0.0, 0))
        if end <= now:
            end, total = now + change.seconds, 0
        self._windows[change.name] = end, total + change.amount
        return Count(total + change.amount, end - now)

    def _sweep(self, now: float) -> None:
        """Forgets what is over; of too many those that are over soonest, so that strangers cannot fill the memory."""
        going_on = {name: window for name, window in self._windows.items() if window[0] > now}
        if len(going_on) >= _MOST_WINDOWS:
            going_on = dict(heapq.nlargest(_MOST_WINDOWS // 2, going_on.items(), key=lambda item: item[1][0]))
        self._windows = going_on
        self._sweep_at = now + _SWEEP_SECONDS

    async def aclose(self) -> None:
        """Its connections are those of Redis."""
