"""Servers by their URLs, and the proxies that stand before them."""

import os
import sys
from base64 import b64encode
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

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
        return self.with_port.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def with_port(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def proxy_for(address: Address) -> Address | None:
    """The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for a server.

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
    try:
        return Address.of(url if "://" in url else f"http://{url}")
    except ValueError:
        raise ValueError(
            "The proxy that the environment names is none that speaks HTTP; NO_PROXY can leave it out."
        ) from None
