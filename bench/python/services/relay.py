"""L, the limit: sends a ready request upstream and passes the answer's bytes on unread.

Nothing that works in Python can do less: two sockets, one read and one write for each read. It is measured, not used.
"""

import asyncio
import json
import os
import ssl
import sys
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import msgspec
import uvloop

from wire.http_end import BodyEnd
from work import FUNCTION, MAX_TOKENS, MODEL, SYSTEM

# The other API has its streams passed on all the same.
_PATH = os.environ.get("RELAYED_PATH", "/chat/completions")


class Upstream:
    """The address, and the connections that wait for their next request."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self.host = address.hostname or "127.0.0.1"
        self.port = address.port or 443
        self.tls = ssl.create_default_context() if address.scheme == "https" else None
        self.idle: list[UpstreamConnection] = []
        self.head = (
            f"POST {address.path}{_PATH} HTTP/1.1\r\nhost: {address.netloc}\r\n"
            f"authorization: Bearer {os.environ['OPENAI_API_KEY']}\r\ncontent-type: application/json\r\n"
        ).encode()

    def request(self, message: str, *, stream: bool) -> bytes:
        """The bytes of a request."""
        body: dict[str, Any] = {
            "model": MODEL,
            "max_completion_tokens": MAX_TOKENS,
            "tools": [{"type": "function", "function": FUNCTION}],
            "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": message}],
        }
        if stream:
            body.update(stream=True, stream_options={"include_usage": True})
        encoded = msgspec.json.encode(body)
        return self.head + b"content-length: %d\r\n\r\n" % len(encoded) + encoded

    async def connect(self) -> "UpstreamConnection":
        """A connection that has no request under way."""
        if self.idle:
            return self.idle.pop()
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: UpstreamConnection(self), self.host, self.port, ssl=self.tls
        )
        return connection


class UpstreamConnection(asyncio.Protocol):
    """Passes what it reads to the caller that it works for."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._caller: asyncio.Transport | None = None
        self._end = BodyEnd()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers the way out."""
        self.transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, caller: asyncio.Transport) -> None:
        """Begins a request."""
        self._caller = caller
        self._end = BodyEnd()
        assert self.transport is not None  # noqa: S101
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Passes the bytes on; after the last ones the connection is free again."""
        assert self._caller is not None  # noqa: S101
        self._caller.write(data)
        if self._end.reached_by(data):
            self._caller = None
            self._upstream.idle.append(self)

    def drop(self, caller: asyncio.Transport) -> None:
        """Ends the request upstream if it is still this caller's."""
        if self._caller is caller and self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Takes the caller along when an answer was under way."""
        if self in self._upstream.idle:
            self._upstream.idle.remove(self)
        if self._caller is not None:
            self._caller.close()


class Caller(asyncio.Protocol):
    """One connection of the load generator."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._serving: UpstreamConnection | None = None
        self._body = b""
        self._stream = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Feeds the parser."""
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        """httptools: a new request."""
        self._body = b""
        self._stream = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: looks for the kind of answer that is wanted."""
        if name == b"accept":
            self._stream = value == b"text/event-stream"

    def on_body(self, body: bytes) -> None:
        """httptools: a part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """httptools: the request is complete."""
        request = self._upstream.request(json.loads(self._body)["message"], stream=self._stream)
        self._task = asyncio.get_running_loop().create_task(self._forward(request))

    async def _forward(self, request: bytes) -> None:
        connection = await self._upstream.connect()
        if self._transport is not None:
            self._serving = connection
            connection.send(request, self._transport)

    def pause_writing(self) -> None:
        """Backpressure: a caller that reads slowly slows the reading upstream."""
        if self._serving is not None and self._serving.transport is not None:
            self._serving.transport.pause_reading()

    def resume_writing(self) -> None:
        """The caller has caught up."""
        if self._serving is not None and self._serving.transport is not None:
            self._serving.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """A caller that leaves early ends the request upstream."""
        transport, self._transport = self._transport, None
        if self._serving is not None and transport is not None:
            self._serving.drop(transport)


async def main() -> None:
    """Serves until SIGTERM."""
    upstream = Upstream(os.environ["OPENAI_BASE_URL"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Caller(upstream), "127.0.0.1", 0, backlog=2048)
    print(json.dumps({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}))
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
