"""Which pages may do what browsers let any page do, with what they hold for the service."""

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from app.runtime.errors import ServiceError


class ForeignPage(ServiceError, code="origin_refused", title="Origin not allowed", status=403):
    """A page of another origin asks."""

    hint = "Ask from a page of the service's own origin."
    for_caller = ()


def check_origin(request: Request, cors: Any = None) -> None:
    """Lets pages of the service's own origin pass, those that `cors` allows, and clients that are no pages.

    Raises:
        ForeignPage: a page of another origin asks.
    """
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower():
        return
    if cors is None or not any(name == b"access-control-allow-origin" for name, _ in cors.answer_headers(request)):
        raise ForeignPage("Pages of this origin may not ask.")
