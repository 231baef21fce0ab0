"""The connections of a process to Redis, which all that asks it shares."""

from typing import Any

from redis.asyncio import Redis

from app.runtime.context import missing_api_key
from app.runtime.redis_settings import RedisSettings
from app.runtime.settings import Settings


class RedisConnections:
    """The connections of the process to its server.

    Raises:
        MissingApiKey: REDIS_URL is not set.
    """

    def __init__(self, settings: Settings) -> None:
        own = RedisSettings.load()
        if own.redis_url is None:
            raise missing_api_key("REDIS_URL")
        self.client: Any = Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            own.redis_url.get_secret_value(),
            decode_responses=True,
            socket_timeout=own.redis_timeout_seconds,
            socket_connect_timeout=settings.connect_timeout_seconds,
        )

    async def aclose(self) -> None:
        """Closes all connections."""
        await self.client.aclose()
