"""Replies, step by step, and how they are sent by ASGI.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from tests.server import TRANSPORT
from tests.simulated_providers.json_values import encode

EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Write:
    """Sends bytes in one write."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Waits so many seconds, or until the client goes away."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Until:
    """Waits until so many seconds after the first step, or until the client goes away."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Closes the connection in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Resets the connection (TCP RST) in the middle of the answer."""


Step = Write | Pause | Until | Cut | Reset


@dataclass(slots=True)
class Reply:
    """One HTTP answer. `delay` seconds pass before the status line leaves; without a status none does."""

    status: int | None
    headers: dict[str, str]
    steps: Iterable[Step]
    delay: float = 0


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """An answer whose body is JSON."""
    body = encode(value)
    return Reply(
        status, {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}, [Write(body)]
    )


class ClientGoneError(Exception):
    """The client has closed its connection."""


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request. Raises ClientGoneError when it ends early."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def send_reply(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Carries a reply out, step by step. Ends silently when the client goes away."""
    client = _Client(receive)
    try:
        if reply.delay:
            await client.wait(reply.delay)
        if reply.status is not None:
            await _send_start(reply, send)
        await _send_steps(reply, client, scope, send)
    except ClientGoneError:
        return
    finally:
        client.close()


async def _send_start(reply: Reply, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


async def _send_steps(reply: Reply, client: "_Client", scope: Scope, send: Send) -> None:
    started = time.monotonic()
    for step in reply.steps:
        match step:
            case Write(data):
                await send({"type": "http.response.body", "body": data, "more_body": True})
                client.check()
            case Pause(seconds):
                await client.wait(seconds)
            case Until(seconds):
                await client.wait(started + seconds - time.monotonic())
            case Cut():
                await _hang_up(scope, client, reset=False)
                return
            case Reset():
                await _hang_up(scope, client, reset=True)
                return
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _hang_up(scope: Scope, client: "_Client", *, reset: bool) -> None:
    extensions: dict[str, Any] = scope.get("extensions") or {}
    transport: asyncio.Transport | None = extensions.get(TRANSPORT)
    if transport is None:
        # Without access to the connection, ending early is what makes a server close it.
        return
    if reset:
        # With SO_LINGER at zero seconds closing sends RST instead of FIN (socket(7)).
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    await client.wait(5)


class _Client:
    """Notices that the client has gone while an answer is under way."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone: asyncio.Task[None] | None = None

    async def wait(self, seconds: float) -> None:
        """Lets time pass; raises ClientGoneError as soon as the connection is closed."""
        if seconds <= 0:
            return
        if self._gone is None:
            self._gone = asyncio.create_task(self._until_gone())
        done, _ = await asyncio.wait([self._gone], timeout=seconds)
        if done:
            raise ClientGoneError

    def check(self) -> None:
        """Raises ClientGoneError when the connection is known to be closed."""
        if self._gone is not None and self._gone.done():
            raise ClientGoneError

    def close(self) -> None:
        if self._gone is not None:
            self._gone.cancel()

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
