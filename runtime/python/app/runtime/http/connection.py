"""One connection to an HTTP/1.1 server, which carries one exchange after the other.

https://www.rfc-editor.org/rfc/rfc9112; parsing is httptools', the parser of Node.js.
"""

import asyncio
from typing import Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from app.runtime.http.response import Response

# Far more than any server sends before an answer.
_LARGEST_HEAD_BYTES = 64 * 1024


class MalformedResponse(Exception):
    """What comes back is not an HTTP/1.1 answer, or not one of a kind that was asked for."""


class StaleConnection(ConnectionError):
    """The server had closed a connection that was waiting for its next request before it could see that request."""


class Owner(Protocol):
    """Who keeps the connections."""

    def released(self, connection: "Connection") -> None:
        """An exchange has ended; called once for each."""
        ...

    def closed(self, connection: "Connection") -> None:
        """The connection is no more."""
        ...


class Connection(asyncio.Protocol):
    """Sends requests and reads their answers."""

    __slots__ = (
        "_body",
        "_complete",
        "_exchanges",
        "_head",
        "_headers",
        "_loop",
        "_owner",
        "_parser",
        "_received",
        "_response",
        "_transport",
        "_until_close",
        "idle_since",
        "reusable",
    )

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self.reusable = True
        """Whether another exchange may follow."""
        self.idle_since = 0.0
        """When the last exchange ended, by the loop's clock."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._exchanges = 0
        self._received = 0
        # One of these two is set during an exchange: first what the head is awaited by, then the answer.
        self._head: asyncio.Future[Response] | None = None
        self._response: Response | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._complete = False
        self._until_close = False

    async def exchange(self, request: bytes) -> Response:
        """Sends a request and gives its answer as soon as the head has arrived.

        Raises:
            StaleConnection: the connection had been used before and was closed without a byte of an answer.
            ConnectionError: it broke before the head had arrived.
            MalformedResponse: what arrived is not an HTTP answer.
        """
        head: asyncio.Future[Response] = self._loop.create_future()
        self._head = head
        self._received = 0
        self._complete = False
        self._exchanges += 1
        if self._transport is None:
            self._break(ConnectionResetError("closed by the server"))
        else:
            self._transport.write(request)
        try:
            return await head
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Closes the connection at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()
        self._break(ConnectionAbortedError("closed by this side"))

    def pause_reading(self) -> None:
        """Lets the server wait."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Goes on after `pause_reading()`."""
        if self._transport is not None:
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands, TLS included."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have arrived."""
        if self._head is None and self._response is None:
            self._break(MalformedResponse("bytes that nobody asked for"))
            return
        self._received += len(data)
        error = None
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as found:
            self.reusable = False
            error = MalformedResponse(type(found).__name__)
        response, body = self._response, self._body
        if response is not None:
            if body:
                response.received(body[0] if len(body) == 1 else b"".join(body))
                body.clear()
            if self._complete:
                self._finish(response)
                return
        elif self._received > _LARGEST_HEAD_BYTES:
            error = MalformedResponse("a head without an end")
        if error is not None:
            self._break(error)

    def eof_received(self) -> bool:
        """asyncio: the server sends nothing more, so the connection is of no more use."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is closed."""
        self._transport = None
        self.reusable = False
        if self._response is not None and self._until_close and exc is None:
            self._finish(self._response)
        self._break(exc or ConnectionResetError("closed by the server"))
        self._owner.closed(self)

    def on_message_begin(self) -> None:
        """httptools: an answer begins. After the one that was asked for there should be none."""
        if self._complete:
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: a header, or a trailer after the body, which is of no interest."""
        if self._response is None:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
            known = self._headers.get(key)
            self._headers[key] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        """httptools: the head is complete. One with a status below 200 only announces another."""
        status = self._parser.get_status_code()
        headers, self._headers = self._headers, {}
        head = self._head
        if status < 200 or head is None:
            return
        self._head = None
        self._until_close = "content-length" not in headers and "transfer-encoding" not in headers
        self._response = Response(self, status, headers)
        if not head.done():
            head.set_result(self._response)

    def on_body(self, body: bytes) -> None:
        """httptools: bytes of the body, without the framing of chunks."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """httptools: the end of an answer."""
        if self._response is not None:
            self._complete = True
            self.reusable = self.reusable and self._parser.should_keep_alive()

    def _finish(self, response: Response) -> None:
        self._response = None
        response.complete()
        self.idle_since = self._loop.time()
        if not self.reusable and self._transport is not None:
            self._transport.abort()
        self._owner.released(self)

    def _break(self, error: Exception) -> None:
        """Ends the exchange that is under way, if there is one, and the connection with it."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()
        head, response = self._head, self._response
        self._head = self._response = None
        if head is not None and not head.done():
            stale = self._exchanges > 1 and not self._received and isinstance(error, OSError)
            head.set_exception(StaleConnection() if stale else error)
        if response is not None:
            response.broken(error)
        if head is not None or response is not None:
            self._owner.released(self)
