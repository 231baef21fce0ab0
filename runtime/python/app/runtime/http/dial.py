"""Servers by their URLs, the proxies before them, and connections to them: names, TCP, tunnels, TLS."""

import asyncio
import os
import socket
import ssl
import sys
from base64 import b64encode
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Self, TypeVar
from urllib.parse import unquote, urlsplit

import aiohappyeyeballs
import msgspec

_PORTS = {"http": 80, "https": 443}
# How long the first address has before the next one is tried beside it: https://www.rfc-editor.org/rfc/rfc8305#section-8
_HAPPY_EYEBALLS_SECONDS = 0.25
_LARGEST_TUNNEL_ANSWER = 16 * 1024

_P = TypeVar("_P", bound=asyncio.BaseProtocol)


class Address(msgspec.Struct, frozen=True):
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
        return self.with_port.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def with_port(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def proxy_for(address: Address) -> Address | None:
    """The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for a server. Servers on this machine are no
    exception: NO_PROXY leaves them out, as httpx and with it the providers' own SDKs have it.

    Raises:
        ValueError: the proxy's URL is of a kind that cannot be used, such as socks5.
    """
    if sys.platform not in ("darwin", "win32") and not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415  # most services start without what it loads

    proxies = getproxies()
    url = proxies.get(address.scheme) or proxies.get("all")
    if not url or proxy_bypass(f"{address.host}:{address.port}") or proxy_bypass(address.host):
        return None
    if _is_left_out(address.host, proxies.get("no", "")):
        return None
    try:
        return Address.of(url if "://" in url else f"http://{url}")
    except ValueError:
        raise ValueError(
            "The proxy that the environment names is none that speaks HTTP; NO_PROXY can leave it out."
        ) from None


def _is_left_out(host: str, no_proxy: str) -> bool:
    """Whether NO_PROXY has a host in one of the ways that the standard library does not know: as a network, such as
    10.0.0.0/8, in brackets, or as `*.example.com`.
    """
    names = [name.strip().lower() for name in no_proxy.split(",")]
    if any(host.lower().endswith(name[1:]) for name in names if name.startswith("*.")):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in map(_network, names) if network is not None)


def _network(name: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(name.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None


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
