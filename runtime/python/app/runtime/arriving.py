"""Bodies of requests while they arrive: how large and how slow each may be, and how much all of them may hold."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from app.runtime.settings import Settings

_SMALL = 65_536
"""Bodies up to here pass when others hold all that they may: those who send much do not keep out who sends little."""


class Bodies:
    """What the bodies of the requests that are under way hold together, in bytes."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held = 0


class ArrivingBody:
    """The body of one request, which comes piece by piece."""

    __slots__ = ("_all", "_complete", "_deadline", "_receive", "_settings", "_size", "received")

    def __init__(self, receive: Receive, headers: dict[bytes, bytes], settings: Settings, bodies: Bodies) -> None:
        self._receive = receive
        self._settings = settings
        self._all = bodies
        self._size = int(headers.get(b"content-length", 0))
        self._deadline = asyncio.get_running_loop().time() + settings.read_timeout_seconds
        self._complete = False
        self.received = 0

    async def receive(self) -> Message:
        """The next message about the request, as ASGI has it.

        Raises:
            HTTPException: 413, the body is too large; 408, it is too slow; 503, it is large and there is no room left.
        """
        if self._complete:
            return await self._receive()
        most = self._settings.max_body_bytes
        message: Message = {}
        if self._size <= most:
            try:
                async with asyncio.timeout_at(self._deadline):
                    message = await self._receive()
            except TimeoutError:
                raise _refusal(408, "The request's body did not arrive in time.") from None
            self._take(len(message.get("body", b"")))
        if max(self._size, self.received) > most:
            raise _refusal(413, f"The request's body is larger than {most} bytes.")
        self._complete = not message.get("more_body", False)
        return message

    def release(self) -> None:
        """The request has ended, and holds nothing any more."""
        self._all.held -= self.received

    def _take(self, size: int) -> None:
        self.received += size
        self._all.held += size
        if self._all.held > self._settings.max_bodies_bytes and self.received > _SMALL:
            raise _refusal(503, "Too much is being sent at once.", {"retry-after": "10"})


def _refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> HTTPException:
    return HTTPException(status, detail, {"connection": "close", **(headers or {})})
