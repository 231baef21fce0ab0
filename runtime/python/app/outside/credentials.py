"""Credentials for other services. A workflow says which it needs; the operator sets what it is and whom it is for."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Literal

import httpx2

from app.outside.errors import CredentialRefused
from app.runtime.context import ExecutionContext

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that the workflow file declares: CREDENTIAL_NAME holds it, CREDENTIAL_NAME_HOST who may get it.

    `field` is the header or query parameter of the kinds `header` and `query`. A `basic` one is `user:password`.
    """

    name: str
    kind: Literal["bearer", "header", "query", "basic"]
    field: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that holds it."""
        return f"CREDENTIAL_{self.name.upper()}"

    def belongs_to(self, ctx: ExecutionContext, url: httpx2.URL, *, allow_plain: bool) -> bool:
        """Whether the operator meant it for the host of an address, which is asked over TLS unless `allow_plain`.

        Raises:
            MissingApiKey: CREDENTIAL_NAME_HOST is not set.
        """
        host = ctx.secrets[f"{self.variable}_HOST"].lower()
        port = url.port or _PORTS[url.scheme]
        names = {f"{url.host}:{port}", f"[{url.host}]:{port}"}
        if port == _PORTS[url.scheme]:
            names |= {url.host, f"[{url.host}]"}
        return host in names and (url.scheme == "https" or allow_plain)

    def check(self, ctx: ExecutionContext, node: str, url: httpx2.URL, *, allow_plain: bool) -> None:
        """Refuses to go on where it would be sent to a host that it is not meant for.

        Raises:
            CredentialRefused: it is meant for another host, or would travel in the clear.
            MissingApiKey: one of its two variables is not set.
        """
        if self.belongs_to(ctx, url, allow_plain=allow_plain):
            return
        where = f"{url.scheme}://{url.netloc.decode()}"
        detail = f"The credential {self.name} is not meant for {where}."
        hint = f"Set {self.variable}_HOST to the host, or host:port, that it is meant for; it is sent over https only."
        raise CredentialRefused(detail, node=node, hint=hint)

    def put_on(self, ctx: ExecutionContext, request: httpx2.Request) -> None:
        """Adds it to a request.

        Raises:
            MissingApiKey: its variable is not set.
        """
        value = ctx.secrets[self.variable]
        match self.kind:
            case "bearer":
                request.headers["authorization"] = f"Bearer {value}"
            case "basic":
                request.headers["authorization"] = f"Basic {b64encode(value.encode()).decode()}"
            case "header":
                request.headers[self.field] = value
            case "query":
                request.url = request.url.copy_set_param(self.field, value)
