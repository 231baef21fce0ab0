"""What a proxy in front says of a request: who asked it, over which scheme, for which host."""

import ipaddress
import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PAIR = re.compile(r'\s*(?:([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^\s;,"]*)\s*)?(;|,|$)')
_HOST = re.compile(r"[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


class Forwarded:
    """An ASGI application around another: believes the proxies at `trusted` addresses, and nobody else.

    A proxy adds what it knows at the end of `X-Forwarded-For` or, where the proxies do `by_standard`, of `Forwarded`
    (https://www.rfc-editor.org/rfc/rfc7239); so the last address that is none of a trusted proxy is the caller's. What
    stands before that was sent by the caller himself, as is the header that proxies do not write.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network], *, by_standard: bool = False) -> None:
        self._app = app
        self._trusted = trusted
        self._by_standard = by_standard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Puts in the place of the proxy who asked it."""
        if scope["type"] in ("http", "websocket") and scope["client"] and self._trusts(scope["client"][0]):
            self._believe(scope)
        await self._app(scope, receive, send)

    def _trusts(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._trusted)

    def _believe(self, scope: Scope) -> None:
        sent: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name == b"forwarded" or name.startswith(b"x-forwarded-"):
                text = value.decode("latin-1")
                sent[name] = f"{sent[name]},{text}" if name in sent else text
        if self._by_standard:
            steps = _steps(sent.get(b"forwarded", ""))
        else:
            steps = [{"for": each.strip()} for each in sent.get(b"x-forwarded-for", "").split(",")]
            # Of these there is one, which the nearest proxy has set.
            steps[-1] |= {
                name: sent[header].rpartition(",")[2].strip()
                for name, header in (("proto", b"x-forwarded-proto"), ("host", b"x-forwarded-host"))
                if header in sent
            }
        for step in reversed(steps):
            if step.get("proto", "").lower() in ("http", "https"):
                secure = "s" if step["proto"].lower() == "https" else ""
                scope["scheme"] = f"{'ws' if scope['type'] == 'websocket' else 'http'}{secure}"
            if _HOST.fullmatch(step.get("host", "")):
                others = [(name, value) for name, value in scope["headers"] if name != b"host"]
                scope["headers"] = [(b"host", step["host"].encode()), *others]
            address = _address(step.get("for", ""))
            if address is None:
                return
            scope["client"] = address
            if not self._trusts(address[0]):
                return


def _steps(value: str) -> list[dict[str, str]]:
    """The elements of `Forwarded`, one for each proxy; an empty one in the place of what cannot be read."""
    steps: list[dict[str, str]] = [{}]
    place = 0
    while place < len(value):
        found = _PAIR.match(value, place)
        if found is None:
            return [{}]
        name, given, end = found.groups()
        if name is not None:
            steps[-1][name.lower()] = re.sub(r"\\(.)", r"\1", given[1:-1]) if given.startswith('"') else given
        if end == ",":
            steps.append({})
        place = found.end()
    return steps


def _address(node: str) -> tuple[str, int] | None:
    """`192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; None for what is none, such as `unknown`."""
    host, port = node, ""
    if node.startswith("["):
        host, _, port = node[1:].partition("]")
        port = port.removeprefix(":")
    elif node.count(":") == 1:
        host, _, port = node.partition(":")
    try:
        return str(ipaddress.ip_address(host)), int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    except ValueError:
        return None
