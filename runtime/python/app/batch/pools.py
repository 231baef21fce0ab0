"""Connections to providers with something of a batch around them."""

from collections.abc import Callable
from typing import cast

from app.runtime.context import Pools, Server, Shared, SharedT
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import Settings


class PoolsAround(Pools):
    """As `pools`; what `around` makes of the connections to a model's provider, by its name, stands in their place."""

    def __init__(self, pools: Pools, around: Callable[[ConnectionPool, str], ConnectionPool]) -> None:
        self._pools = pools
        self._around = around

    def of(self, server: Server[SharedT]) -> SharedT:
        """As in Pools."""
        pool: Shared = self._pools.of(server)
        if isinstance(pool, ConnectionPool):
            pool = self._around(pool, server.name)
        return cast("SharedT", pool)

    def shared(self, make: Callable[[Settings], SharedT]) -> SharedT:
        """As in Pools."""
        return self._pools.shared(make)

    async def aclose(self) -> None:
        """As in Pools."""
        await self._pools.aclose()
