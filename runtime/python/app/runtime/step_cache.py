"""Steps whose results are kept: in memory, or in Redis for all processes when REDIS_URL is set."""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Protocol, cast

import msgspec

from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.events import encode
from app.runtime.log import log_event
from app.runtime.redis_settings import RedisSettings
from app.runtime.settings import Settings
from app.runtime.steps import Given, Result, Step, caught

_MOST_BYTES = 64 * 1024 * 1024


class Cache(Protocol):
    """Results as JSON, by name."""

    async def get(self, name: str) -> bytes | str | None:
        """A result that is kept."""
        ...

    async def put(self, name: str, result: bytes, seconds: float) -> None:
        """Keeps a result for so long."""
        ...


class MemoryCache:
    """Keeps results in this process: 64 MB at most, of which those go first that were read longest ago."""

    def __init__(self, most_bytes: int = _MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._bytes = 0
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get(self, name: str) -> bytes | None:
        """As in Cache."""
        found = self._kept.get(name)
        if found is None:
            return None
        until, result = found
        if until <= self._clock():
            self._drop(name)
            return None
        self._kept.move_to_end(name)
        return result

    async def put(self, name: str, result: bytes, seconds: float) -> None:
        """As in Cache."""
        if name in self._kept:
            self._drop(name)
        self._kept[name] = (self._clock() + seconds, result)
        self._bytes += len(result)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, name: str) -> None:
        _, result = self._kept.pop(name)
        self._bytes -= len(result)


class StepCache:
    """What keeps the results of steps; one for a process."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self._uses_redis = RedisSettings.load().redis_url is not None
        self.memory = MemoryCache()

    def of(self, ctx: ExecutionContext) -> Cache:
        """Where a run finds them."""
        if not self._uses_redis:
            return self.memory
        # Only a service that has a server waits for its client to be loaded.
        from app.runtime.redis_cache import RedisCache  # noqa: PLC0415
        from app.runtime.redis_connections import RedisConnections  # noqa: PLC0415

        return RedisCache(ctx.pools.shared(RedisConnections))

    async def aclose(self) -> None:
        """Its connections are those of Redis."""


@dataclass(frozen=True, slots=True)
class CachedStep(Step):
    """A step of `workflow` whose results are kept for `ttl` seconds, by a key. Failures are not kept."""

    workflow: str = field(kw_only=True)
    ttl: float = field(kw_only=True)

    def keyed(self, key: Any) -> "KeyedStep":
        """The step as it is taken for a key, which is any JSON value."""
        told = hashlib.sha256(encode(key)).hexdigest()
        return KeyedStep(self, f"catalyst:{self.workflow}:{self.node}:{told}")


@dataclass(frozen=True, slots=True)
class KeyedStep:
    """A step for one key, whose result may be known."""

    step: CachedStep
    name: str

    async def run(
        self,
        call: Callable[Concatenate[ExecutionContext, Given], Awaitable[Result]],
        ctx: ExecutionContext,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """As in Step. What it gives is as JSON has it, also when it was not known."""
        started = time.perf_counter()
        cache = ctx.pools.shared(StepCache).of(ctx)
        found = await cache.get(self.name)
        if found is not None:
            ctx.node_timings[self.step.node] = milliseconds_since(started)
            return cast("Result", msgspec.json.decode(found))
        result = await self.step.run(call, ctx, *args, **kwargs)
        try:
            encoded = encode(result)
        except TypeError as error:
            log_event("step_not_cached", level=logging.WARNING, node=self.step.node, reason=str(error))
            return result
        await cache.put(self.name, encoded, self.step.ttl)
        return cast("Result", msgspec.json.decode(encoded))

    async def attempt(
        self,
        call: Callable[Concatenate[ExecutionContext, Given], Awaitable[Result]],
        ctx: ExecutionContext,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """As in Step.

        Raises:
            StepFailed: it failed.
        """
        return await caught(ctx, self.step.node, self.run(call, ctx, *args, **kwargs))
