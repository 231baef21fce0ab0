"""Results of steps in Redis, which all processes of a service share."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

from redis.exceptions import RedisError

from app.runtime.log import log_event
from app.runtime.redis_connections import RedisConnections

_SECONDS = 2.0


class RedisCache:
    """A cache that is no reason for a run to fail: while the server does not answer, nothing is kept."""

    def __init__(self, connections: RedisConnections) -> None:
        self._redis = connections.client

    async def get(self, name: str) -> str | None:
        """A result that is kept."""
        return await self._asked(self._redis.get(name))

    async def put(self, name: str, result: bytes, seconds: float) -> None:
        """Keeps a result for so long."""
        await self._asked(self._redis.set(name, result, px=max(1, round(seconds * 1000))))

    async def _asked(self, asking: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(_SECONDS):
                return await asking
        except (RedisError, OSError) as error:
            log_event("step_cache_failed", level=logging.WARNING, reason=type(error).__name__)
            return None
