"""The connections to one server: those in use, limited in number, and those that wait for their next request."""

import asyncio
import os
import ssl
import sys
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import urlsplit

from app.runtime.http.connection import Connection, Response, StaleConnection
from app.runtime.http.dial import Address, dial, proxy_for


class ConnectTimeout(TimeoutError):
    """There was no connection in time, neither a free one nor a new one."""


class ConnectionPool:
    """Sends requests to the server of `base_url`. Made inside the event loop; `aclose()` closes every connection.

    `limit` is how many exchanges may be under way at once; further ones wait. A connection is kept for
    `keepalive_seconds` after its last exchange. `headers` go with every request.
    Redirects are not followed: they would post the body and the headers to another host.

    Raises:
        ValueError: the URL, a proxy's URL or a header cannot be used; the text does not repeat it.
    """

    def __init__(self, base_url: str, headers: Mapping[str, str], *, limit: int, keepalive_seconds: float) -> None:
        self.address = Address.of(base_url)
        self._proxy = proxy_for(self.address)
        # Reading the certificates takes 20 ms, which no start has to wait for, and no server without TLS needs.
        self._tls = cache(_trusted)
        self._loop = asyncio.get_running_loop()
        self._keepalive_seconds = keepalive_seconds
        self._slots = asyncio.Semaphore(limit)
        self._in_use: set[Connection] = set()
        self._idle: dict[Connection, asyncio.TimerHandle] = {}
        parts = urlsplit(base_url)
        self._forwarder = self._proxy if self.address.scheme == "http" else None
        self._before_path = (f"http://{self.address.authority}" if self._forwarder else "") + parts.path.rstrip("/")
        self._after_path = f"?{parts.query}" if parts.query else ""
        self.send_along(headers)

    def send_along(self, headers: Mapping[str, str]) -> None:
        """Sets the headers that go with every request from now on.

        Raises:
            ValueError: one cannot be used.
        """
        self._head = _head_of(self.address, headers, self._forwarder)

    async def post(
        self,
        path: str,
        body: bytes,
        *,
        connect_timeout: float,
        on_sending: Callable[[], None],
        headers: bytes = b"",
    ) -> Response:
        """Sends a body to a path below the base URL; gives the answer as soon as its head has arrived. `headers` go
        with this request alone, as lines that end in CR LF.

        `on_sending` is called when there is a connection, right before the request goes out.
        A connection that the server had closed while it waited does not count: the request goes over a new one.

        Raises:
            ConnectTimeout: no connection within `connect_timeout` seconds, free or new.
            OSError: no connection, or it broke before an answer; see `dial()`.
            MalformedResponse: what came back is not HTTP.
        """
        target = (self._before_path + path + self._after_path).encode()
        request = b"POST %b%b%d\r\n%b\r\n%b" % (target, self._head, len(body), headers, body)
        connection = await self._connection(connect_timeout, may_be_used=True)
        on_sending()
        try:
            return await connection.exchange(request)
        except StaleConnection:
            connection = await self._connection(connect_timeout, may_be_used=False)
        return await connection.exchange(request)

    async def aclose(self) -> None:
        """Closes all connections; exchanges under way fail."""
        for connection in (*self._in_use, *self._idle):
            connection.abort()

    async def _connection(self, seconds: float, *, may_be_used: bool) -> Connection:
        """A connection with a place among those in use: the one that was used last, else a new one."""
        if may_be_used and self._idle and not self._slots.locked():
            await self._slots.acquire()  # does not wait
            connection = self._take_idle()
        else:
            try:
                async with asyncio.timeout(seconds):
                    await self._slots.acquire()
                    try:
                        connection = self._take_idle() if may_be_used and self._idle else await self._dial()
                    except BaseException:
                        self._slots.release()
                        raise
            except TimeoutError as error:
                # One that the operating system gives up on is no deadline of ours, but means the same.
                raise ConnectTimeout from error
        self._in_use.add(connection)
        return connection

    async def _dial(self) -> Connection:
        return await dial(self.address, self._proxy, self._tls, lambda: Connection(self._changed))

    def _take_idle(self) -> Connection:
        connection, expiry = self._idle.popitem()
        expiry.cancel()
        return connection

    def _changed(self, connection: Connection) -> None:
        """An exchange has ended, or the connection has."""
        if connection in self._in_use:
            self._in_use.remove(connection)
            self._slots.release()
            if connection.reusable:
                self._idle[connection] = self._loop.call_later(self._keepalive_seconds, connection.abort)
        elif connection in self._idle:
            self._idle.pop(connection).cancel()


def _trusted() -> ssl.SSLContext:
    """TLS with the certificates that the operating system trusts, or with those of SSL_CERT_FILE."""
    if sys.platform in ("win32", "darwin") and "SSL_CERT_FILE" not in os.environ:
        import truststore  # noqa: PLC0415

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.create_default_context()


def _head_of(address: Address, headers: Mapping[str, str], proxy: Address | None) -> bytes:
    """A request's head from behind the path up to the length of its body."""
    lines = [" HTTP/1.1", f"Host: {address.authority}"]
    if address.credentials is not None and not any(name.lower() == "authorization" for name in headers):
        lines.append(f"Authorization: {address.credentials}")
    if proxy is not None and proxy.credentials is not None:
        lines.append(f"Proxy-Authorization: {proxy.credentials}")
    for name, value in headers.items():
        if not value.isascii() or any(character in value for character in "\r\n\0"):
            raise ValueError(f"The header {name} holds characters that HTTP does not allow.")
        lines.append(f"{name}: {value}")
    return "\r\n".join((*lines, "Content-Length: ")).encode()
