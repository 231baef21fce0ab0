"""Opens a connection to a server: name resolution, TCP, the tunnel through a proxy, TLS."""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self, TypeVar, cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohappyeyeballs

from app.runtime.http.connection import Connection

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A server. `scheme` is http or https; `credentials`, from the user in a URL, the value of Authorization."""

    scheme: str
    host: str
    port: int
    credentials: str | None = None

    @classmethod
    def of(cls, url: str) -> Self:
        """The server that a URL names.

        Raises:
            ValueError: the scheme is neither http nor https, there is no host, or the port is no number.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("The URL has to begin with http:// or https:// and name a host.")
        credentials = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            credentials = f"Basic {b64encode(pair.encode()).decode()}"
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        return cls(parts.scheme, host, parts.port or _PORTS[parts.scheme], credentials)

    @property
    def authority(self) -> str:
        """Host and port as they stand in a Host header: without the port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def proxy_for(address: Address) -> Address | None:
    """The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for a server.

    Raises:
        ValueError: the proxy's URL is of a kind that cannot be used, such as socks5.
    """
    proxies = getproxies()
    url = proxies.get(address.scheme) or proxies.get("all")
    if not url or proxy_bypass(f"{address.host}:{address.port}") or proxy_bypass(address.host):
        return None
    try:
        return Address.of(url if "://" in url else f"http://{url}")
    except ValueError:
        raise ValueError(
            "The proxy that the environment names is none that speaks HTTP; NO_PROXY can leave it out."
        ) from None


# How long the first address has before the next one is tried beside it: https://www.rfc-editor.org/rfc/rfc8305#section-8
_HAPPY_EYEBALLS_SECONDS = 0.25
_LARGEST_TUNNEL_ANSWER = 16 * 1024

_P = TypeVar("_P", bound=asyncio.BaseProtocol)
_T = TypeVar("_T")


class ProxyError(ConnectionError):
    """The proxy cannot be reached, or does not let the connection through."""


async def dial(
    address: Address, proxy: Address | None, tls: ssl.SSLContext, make: Callable[[], Connection]
) -> Connection:
    """Connects; gives the connection that `make` makes, ready for its first request.

    Raises:
        socket.gaierror: the host's name cannot be resolved.
        ssl.SSLError: the TLS handshake failed.
        ProxyError: the proxy is in the way.
        OSError: no connection.
    """
    if proxy is None:
        return await _connect(address, tls, make)
    if address.scheme == "http":
        return await _blaming_proxy(_connect(proxy, tls, make))
    tunnel = await _blaming_proxy(_open_tunnel(proxy, address, tls))
    connection = make()
    transport = await asyncio.get_running_loop().start_tls(tunnel, connection, tls, server_hostname=address.host)
    if transport is None:
        raise ConnectionResetError("closed during the TLS handshake")
    connection.connection_made(transport)
    return connection


async def _connect(address: Address, tls: ssl.SSLContext, make: Callable[[], _P]) -> _P:
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    connected = await aiohappyeyeballs.start_connection(  # pyright: ignore[reportUnknownMemberType]
        addresses, happy_eyeballs_delay=_HAPPY_EYEBALLS_SECONDS, interleave=1
    )
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secure = address.scheme == "https"
        _, protocol = await loop.create_connection(
            make, sock=connected, ssl=tls if secure else None, server_hostname=address.host if secure else None
        )
    except BaseException:
        connected.close()
        raise
    return protocol


async def _open_tunnel(proxy: Address, address: Address, tls: ssl.SSLContext) -> asyncio.Transport:
    """A connection to the proxy that it passes on to the server: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6."""
    tunnel = await _connect(proxy, tls, _Tunnel)
    host = f"[{address.host}]" if ":" in address.host else address.host
    lines = [f"CONNECT {host}:{address.port} HTTP/1.1", f"Host: {host}:{address.port}"]
    if proxy.credentials is not None:
        lines.append(f"Proxy-Authorization: {proxy.credentials}")
    return await tunnel.ask("\r\n".join((*lines, "", "")).encode())


class _Tunnel(asyncio.Protocol):
    """Asks a proxy for a tunnel and waits for its answer."""

    def __init__(self) -> None:
        self._answer = b""
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    async def ask(self, request: bytes) -> asyncio.Transport:
        """Sends the request; gives the transport once the proxy has agreed."""
        transport = self._transport
        if transport is None:
            raise ConnectionResetError("closed by the proxy")
        transport.write(request)
        try:
            await self._opened
        except BaseException:
            transport.abort()
            raise
        return transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, end, rest = self._answer.partition(b"\r\n\r\n")
        if self._opened.done() or not (end or len(head) > _LARGEST_TUNNEL_ANSWER):
            return
        # "HTTP/1.1 200 …"; the server speaks only after our TLS hello, so there is nothing behind the head.
        status = head[9:12]
        if head.startswith(b"HTTP/1.") and status.startswith(b"2") and end and not rest:
            self._opened.set_result(None)
        else:
            self._opened.set_exception(ProxyError(f"status {status.decode('ascii', 'replace')}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(exc or ConnectionResetError("closed by the proxy"))


async def _blaming_proxy(connecting: Awaitable[_T]) -> _T:
    try:
        return await connecting
    except ProxyError:
        raise
    except OSError as error:
        raise ProxyError("the proxy cannot be reached") from error
