"""Answers of providers that are here whole, in the place of one that is read from a connection."""

from collections.abc import Awaitable, Mapping

from app.runtime.http.connection import Consume, Response


class ToldResponse(Response):
    """An answer as `ConnectionPool.post` gives it."""

    __slots__ = ("_told",)

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = dict(headers)
        self._told = body

    @property
    def is_ready(self) -> bool:
        """All of it is."""
        return True

    async def read(self) -> bytes:
        """The body, and nothing after that."""
        told, self._told = self._told, b""
        return told

    async def pass_on(self, consume: Consume) -> Awaitable[None] | None:
        """As in Response."""
        told = await self.read()
        return consume(told) if told else None

    def close(self) -> None:
        """There is no connection to be closed."""
