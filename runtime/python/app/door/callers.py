"""Who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from fastapi import Request


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a key, or the subject of a token, whose claims are known then."""

    name: str
    kind: Literal["api_key", "token"]
    scopes: frozenset[str] = frozenset()
    claims: dict[str, Any] = field(default_factory=dict[str, Any])

    def told(self) -> dict[str, Any]:
        """What workflows read as `caller`."""
        return {"name": self.name, "scopes": sorted(self.scopes), "claims": self.claims}


class Auth(Protocol):
    """A way to tell who asks."""

    @property
    def schemes(self) -> Sequence[Any]:
        """What /openapi.json says of it; one of them is enough."""
        ...

    @property
    def challenge(self) -> str:
        """The value of WWW-Authenticate: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1."""
        ...

    async def caller(self, request: Request) -> Caller | None:
        """Who asks; None when the request does not say.

        Raises:
            InvalidCredentials: it says so, and that does not count.
            AuthUnavailable: nobody can tell for now.
        """
        ...


def credentials_of(request: Request, scheme: str) -> str | None:
    """What the header Authorization holds for a scheme, whose name is in lower case."""
    sent = request.headers.getlist("authorization")
    # With several it would be left to chance which one counts, here and at a proxy in front.
    if len(sent) != 1:
        return None
    name, _, credentials = sent[0].partition(" ")
    return credentials.strip() or None if name.lower() == scheme else None
