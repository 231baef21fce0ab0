"""Results of steps in Redis, which all processes of a service share."""

import logging
from collections.abc import Awaitable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.runtime.log import log_event

_SECONDS = 2.0


class RedisCache:
    """A cache that is no reason for a run to fail: while the server does not answer, nothing is kept."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
        )

    async def get(self, name: str) -> bytes | None:
        """A result that is kept."""
        return await self._asked(self._redis.get(name))

    async def put(self, name: str, result: bytes, seconds: float) -> None:
        """Keeps a result for so long."""
        await self._asked(self._redis.set(name, result, px=max(1, round(seconds * 1000))))

    async def _asked(self, asking: Awaitable[Any]) -> Any:
        try:
            return await asking
        except (RedisError, OSError) as error:
            log_event("step_cache_failed", level=logging.WARNING, reason=type(error).__name__)
            return None

    def close(self) -> None:
        """Its connections end with the process."""
