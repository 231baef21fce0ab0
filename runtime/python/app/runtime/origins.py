"""Which pages may do what browsers let any page do, with what they hold for the service."""

import re
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from app.runtime.errors import ServiceError

_HERE = ("localhost", "127.0.0.1", "[::1]")


class ForeignPage(ServiceError, code="origin_refused", title="Origin not allowed", status=403):
    """A page of another origin asks."""

    hint = "Ask from a page of the service's own origin."
    for_caller = ()


def check_origin(request: Request, cors: Any = None) -> None:
    """Lets pages of the service's own origin pass, those that `cors` allows, and clients that are no pages.

    A page whose name leads to this machine is of the origin that it asks, so a service that is asked from here knows
    itself by the names of this machine alone, unless TRUSTED_PROXIES says that a proxy asks.
    https://modelcontextprotocol.io/specification/2026-07-28/basic/transports#security-warning

    Raises:
        ForeignPage: a page of another origin asks.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return
    host = request.headers.get("host", "").lower()
    names_this_machine = re.sub(r":\d*$", "", host) in _HERE
    if _netloc(origin) == host and (names_this_machine or not _is_asked_from_here(request)):
        return
    if cors is None or not any(name == b"access-control-allow-origin" for name, _ in cors.answer_headers(request)):
        raise ForeignPage("Pages of this origin may not ask.")


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _is_asked_from_here(request: Request) -> bool:
    if request.state.process.settings.trusted_proxies is not None:
        return False
    ends = (request.client, request.scope.get("server"))
    return all(end is not None and end[0] in ("127.0.0.1", "::1") for end in ends)
