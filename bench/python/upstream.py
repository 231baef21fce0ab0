"""The scripted upstream: answers each request as its prompt says, with as little work of its own as possible.

`python upstream.py [--tls CERTIFICATE KEY]` prints `{"base_url", "tls_base_url"}` as one line of JSON when it is ready.
`GET /stats` counts connections and requests, `GET /starts` gives and forgets when each numbered answer began (seconds
of the system's monotonic clock), `GET /last` gives the body of the last request.
"""

import argparse
import asyncio
import ssl
import sys
import time
from typing import cast

import httptools
import msgspec
import uvloop

from wire.chat_chunks import whole_answer
from wire.framing import json_answer
from wire.writes import STREAM_END, Writes
from work import Work


class Script:
    """What all connections share."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests = 0
        self.open_streams = 0
        self.starts: dict[int, float] = {}
        self.most_late = 0.0
        self.last = b"null"

    def report(self, path: bytes) -> bytes:
        """The body of a GET."""
        if path.endswith(b"/starts"):
            starts, self.starts = self.starts, {}
            return msgspec.json.encode({str(number): start for number, start in starts.items()})
        if path.endswith(b"/last"):
            return self.last
        late, self.most_late = self.most_late, 0.0
        return msgspec.json.encode(
            {
                "connections": self.connections,
                "requests": self.requests,
                "open_streams": self.open_streams,
                "most_late_ms": late * 1000,
            }
        )


class Connection(asyncio.Protocol):
    """One connection; answers one request after the other."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._body = bytearray()
        self._stream: PacedAnswer | None = None
        self._is_new = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Feeds the parser."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends an answer in progress."""
        self._transport = None
        if self._stream is not None:
            self._stream.stop()

    def on_url(self, url: bytes) -> None:
        """httptools: the request's path."""
        self._url = url
        self._body.clear()

    def on_body(self, body: bytes) -> None:
        """httptools: a part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """httptools: the request is complete; answers it."""
        transport = self._transport
        if transport is None:
            return
        if not self._url.endswith((b"/chat/completions", b"/responses", b"/messages")):
            transport.write(json_answer(self._script.report(self._url)))
            return
        script = self._script
        script.requests += 1
        # A connection counts with its first completion: those that only ask for figures are not the contestant's.
        script.connections += self._is_new
        self._is_new = False
        script.last = bytes(self._body)
        work = Work.read(self._body)
        if b'"stream":true' in self._body or b'"stream": true' in self._body:
            self._stream = PacedAnswer(self._loop, transport, script, work, Writes(self._url, work))
        else:
            transport.write(whole_answer(work))


class PacedAnswer:
    """Writes a stream on its schedule; every write has its own due time, so lateness does not add up."""

    __slots__ = ("_loop", "_script", "_sent", "_start", "_timer", "_transport", "_work", "_writes")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        transport: asyncio.Transport,
        script: Script,
        work: Work,
        writes: Writes,
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._script = script
        self._work = work
        self._writes = writes
        self._sent = 0
        self._timer: asyncio.Handle | None = None
        self._start = time.monotonic()
        script.starts[work.number] = self._start
        script.open_streams += 1
        transport.write(writes.opening() + self._next_write())
        self._schedule()

    def stop(self) -> None:
        """Gives up: the other side has gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._script.open_streams -= 1

    def _next_write(self) -> bytes:
        work, start = self._work, self._sent
        self._sent = min(start + work.per_write, work.tokens)
        return self._writes.tokens(start, self._sent)

    def _schedule(self) -> None:
        work = self._work
        if not work.writes_per_second:
            while self._sent < work.tokens:
                self._transport.write(self._next_write())
            self._close()
            return
        delay = self._start + work.due(self._sent) - time.monotonic()
        self._timer = self._loop.call_later(max(delay, 0.0), self._write)

    def _write(self) -> None:
        work, script = self._work, self._script
        late = time.monotonic() - self._start - work.due(self._sent)
        script.most_late = max(script.most_late, late)
        if self._sent < work.tokens:
            self._transport.write(self._next_write())
            self._schedule()
        else:
            self._close()

    def _close(self) -> None:
        self._transport.write(self._writes.closing())
        # Servers end the body in a write of its own; who stops reading at [DONE] does not see it.
        self._timer = self._loop.call_later(self._work.end_delay_ms / 1000, self._end)

    def _end(self) -> None:
        self._timer = None
        self._script.open_streams -= 1
        self._transport.write(STREAM_END)


async def serve(certificate: list[str] | None) -> None:
    """Listens on free ports of this machine until it is stopped."""
    loop = asyncio.get_running_loop()
    script = Script()
    plain = await loop.create_server(lambda: Connection(script), "127.0.0.1", 0, backlog=2048)
    addresses = {"base_url": f"http://127.0.0.1:{plain.sockets[0].getsockname()[1]}/v1"}
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        secure = await loop.create_server(lambda: Connection(script), "127.0.0.1", 0, ssl=context, backlog=2048)
        addresses["tls_base_url"] = f"https://127.0.0.1:{secure.sockets[0].getsockname()[1]}/v1"
    sys.stdout.write(msgspec.json.encode(addresses).decode() + "\n")
    sys.stdout.flush()
    await plain.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    uvloop.run(serve(parser.parse_args().tls))
