"""Pages of other origins that may ask: https://fetch.spec.whatwg.org/#http-cors-protocol."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from pydantic import field_validator

from app.door.errors import OriginRefused
from app.runtime.settings import BaseSettings, Settings

_ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_EXPOSED = "Mcp-Session-Id, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID"

Headers = list[tuple[bytes, bytes]]


class OriginSettings(BaseSettings):
    """Whose pages may ask."""

    cors_origins: str | None = None
    """The origins whose pages may ask, with commas: `https://app.example.com`; `*` for all."""

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str | None) -> str | None:
        for origin in _listed(value or "") - {"*"}:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin such as https://app.example.com")
        return value


class Origins:
    """The origins whose pages may ask."""

    def __init__(self, _settings: Settings) -> None:  # made as all that is shared
        self._known = _listed(OriginSettings.load().cors_origins or "")
        self.are_all = "*" in self._known

    def has(self, origin: str) -> bool:
        """Whether pages of an origin may ask."""
        return self.are_all or origin in self._known

    async def aclose(self) -> None:
        """Nothing is open."""


def _listed(origins: str) -> set[str]:
    return {origin.strip().lower() for origin in origins.split(",") if origin.strip()}


@dataclass(frozen=True, slots=True)
class Cors:
    """Lets pages of the operator's origins ask at a path, with these methods and headers.

    With `credentials` browsers send what they hold for the service by themselves; `*` then means no origin at all.
    """

    methods: Sequence[str]
    headers: Sequence[str] = ()
    credentials: bool = False
    max_age_seconds: int = 600

    def answer_headers(self, request: Request) -> Headers:
        """What an answer tells the browser. Caches keep answers to different origins apart in any case."""
        vary = [(b"vary", b"origin")]
        origin = request.headers.get("origin")
        if origin is None or not self._allows(request, origin):
            return vary
        allowed = [*vary, (b"access-control-allow-origin", origin.encode("latin-1"))]
        if self.credentials:
            allowed.append((b"access-control-allow-credentials", b"true"))
        if request.method != "OPTIONS":
            allowed.append((b"access-control-expose-headers", _EXPOSED.encode()))
        return allowed

    def tell(self, request: Request) -> None:
        """Adds that to the answer, once, however many workflows may be asked by the request."""
        told: Headers = request.state.answer_headers
        told.extend(header for header in self.answer_headers(request) if header not in told)

    async def preflight(self, request: Request) -> Response:
        """The answer to OPTIONS, by which a browser asks whether a page may send a request.

        Raises:
            OriginRefused: the page's origin may not.
        """
        allow = ", ".join(sorted({*self.methods, "OPTIONS"}))
        answer = Response(status_code=204, headers={"allow": allow})
        origin = request.headers.get("origin")
        asks = request.headers.get("access-control-request-method")
        self.tell(request)
        if origin is None or asks is None:
            return answer
        if not self._allows(request, origin):
            raise OriginRefused("Pages of this origin may not ask.")
        answer.headers["access-control-allow-methods"] = ", ".join(self.methods)
        answer.headers["access-control-allow-headers"] = ", ".join(
            ["Authorization", "Content-Type", "X-API-Key", "X-Request-ID", *self.headers]
        )
        answer.headers["access-control-max-age"] = str(self.max_age_seconds)
        return answer

    def _allows(self, request: Request, origin: str) -> bool:
        origins: Origins = request.state.process.pools.shared(Origins)
        return origins.has(origin) and not (self.credentials and origins.are_all)
