"""Which addresses are asked. What a workflow's author or caller names must not reach into the network of the service.

Names are resolved once and what they resolve to is connected to, so that a name cannot mean something else a moment
later (DNS rebinding): https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Iterable
from typing import cast
from urllib.parse import unquote

import httpcore2
import httpx2

from app.outside.errors import AddressRefused

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All that is given out for the internet, so that no further way of wrapping an IPv4 address has to be known:
# https://www.iana.org/assignments/ipv6-address-space. A part of it is for texts: https://www.rfc-editor.org/rfc/rfc9637
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")


def is_public(address: str) -> bool:
    """Whether an IP address, as text, belongs to the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner:
            ip = inner
        elif ip not in _GLOBAL_UNICAST or ip in _DOCUMENTATION:
            return False
    return ip.is_global and not ip.is_multicast


def checked_address(url: str) -> httpx2.URL:
    """The address of a request.

    Raises:
        AddressRefused: it is no address, names a user, or has `.` or `..` in its path, which would leave the place that
            the step is about.
    """
    try:
        address = httpx2.URL(url)
        if address.port is not None and not 0 < address.port < 65536:
            raise ValueError(address.port)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise AddressRefused(
            "The address of the request is none.", hint="It begins with https:// and a host."
        ) from None
    if address.scheme not in ("http", "https") or not address.host or address.userinfo:
        hint = "It begins with https:// (or http://) and a host, without a user; a password belongs into a credential."
        raise AddressRefused("The address of the request names no host that can be asked.", hint=hint)
    path = url.partition("://")[2].partition("#")[0].partition("?")[0].partition("/")[2]
    if any(unquote(segment) in (".", "..") for segment in path.replace("\\", "/").split("/")):
        raise AddressRefused("The path of the request holds `.` or `..`.", hint="Check the values that it is made of.")
    return address


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Opens connections to public addresses, and to others where these are allowed."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        # Without anyio it would be a class of another kind.
        self._inner = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the signature is that of the base class
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connects to the first address of the host that lets itself be connected to.

        Raises:
            AddressRefused: the host has no public address.
            httpcore2.ConnectError, httpcore2.ConnectTimeout: it has none at all, or none answers.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("The name cannot be resolved.") from error
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        if not self._allow_private:
            addresses = [address for address in addresses if is_public(address)]
            if not addresses:
                raise AddressRefused(f"{host} is an address of this machine or its network.")
        failed: Exception | None = None
        for address in addresses:
            left = None if deadline is None else max(0.001, deadline - time.monotonic())
            try:
                return await self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except httpcore2.ConnectError as error:
                failed = error
        raise failed or httpcore2.ConnectError("The name has no address.")

    async def sleep(self, seconds: float) -> None:
        """Waits between tries."""
        await asyncio.sleep(seconds)
