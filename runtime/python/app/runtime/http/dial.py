"""Opens a connection to a server: name resolution, TCP, the tunnel through a proxy, TLS."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

import aiohappyeyeballs

from app.runtime.http.address import Address

# How long the first address has before the next one is tried beside it: https://www.rfc-editor.org/rfc/rfc8305#section-8
_HAPPY_EYEBALLS_SECONDS = 0.25
_LARGEST_TUNNEL_ANSWER = 16 * 1024

_P = TypeVar("_P", bound=asyncio.BaseProtocol)


class ProxyError(ConnectionError):
    """The proxy cannot be reached, or does not let the connection through."""


async def dial(
    address: Address, proxy: Address | None, tls: Callable[[], ssl.SSLContext], make: Callable[[], _P]
) -> _P:
    """Connects, with what `tls` makes where the scheme is https; gives the connection that `make` makes, ready for its
    first request.

    Raises:
        socket.gaierror: the host's name cannot be resolved.
        ssl.SSLError: the TLS handshake failed.
        ProxyError: the proxy is in the way.
        OSError: no connection.
    """
    if proxy is None:
        return (await _connect(address, tls, make))[1]
    try:
        if address.scheme == "http":
            return (await _connect(proxy, tls, make))[1]
        tunnel = await _open_tunnel(proxy, address, tls)
    except (OSError, EOFError, asyncio.LimitOverrunError) as error:
        raise ProxyError("the proxy cannot be reached, or does not answer as it should") from error
    connection = make()
    transport = await asyncio.get_running_loop().start_tls(tunnel, connection, tls(), server_hostname=address.host)
    if transport is None:
        raise ConnectionResetError("closed during the TLS handshake")
    connection.connection_made(transport)
    return connection


async def _connect(
    address: Address, tls: Callable[[], ssl.SSLContext], make: Callable[[], _P]
) -> tuple[asyncio.Transport, _P]:
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    connected = await aiohappyeyeballs.start_connection(  # pyright: ignore[reportUnknownMemberType]
        addresses, happy_eyeballs_delay=_HAPPY_EYEBALLS_SECONDS, interleave=1
    )
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.scheme == "http":
            return await loop.create_connection(make, sock=connected)
        return await loop.create_connection(make, sock=connected, ssl=tls(), server_hostname=address.host)
    except BaseException:
        connected.close()
        raise


async def _open_tunnel(proxy: Address, address: Address, tls: Callable[[], ssl.SSLContext]) -> asyncio.Transport:
    """A connection to the proxy that it passes on to the server: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6."""
    credentials = f"Proxy-Authorization: {proxy.credentials}\r\n" if proxy.credentials is not None else ""
    request = f"CONNECT {address.with_port} HTTP/1.1\r\nHost: {address.with_port}\r\n{credentials}\r\n"
    answer = asyncio.StreamReader(limit=_LARGEST_TUNNEL_ANSWER)
    tunnel, _ = await _connect(proxy, tls, lambda: asyncio.StreamReaderProtocol(answer))
    try:
        tunnel.write(request.encode())
        # Nothing comes behind the head: the server speaks only after our TLS hello.
        head = await answer.readuntil(b"\r\n\r\n")
        # "HTTP/1.1 200 …"
        if not head.startswith(b"HTTP/1.") or head[9:10] != b"2":
            raise ConnectionError(f"status {head[9:12].decode('ascii', 'replace')}")
    except BaseException:
        tunnel.abort()
        raise
    return tunnel
