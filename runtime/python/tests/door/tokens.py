"""The service as callers with a token of its issuer ask it, and what becomes of others."""

import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.server import App, serve
from tests.service import Service, StartService

ISSUER = "https://issuer.test"
AUDIENCE = "tests"


class Issuer:
    """Someone who signs tokens and publishes the keys to check them with."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.keys: dict[str, Any] = {}
        self.asked = 0
        self.add_key("first")

    def add_key(self, key_id: str) -> None:
        """Begins to sign with a further key."""
        curves: dict[str, Any] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
        if self.algorithm in curves:
            self.keys[key_id] = ec.generate_private_key(curves[self.algorithm])
        elif self.algorithm == "EdDSA":
            from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

            self.keys[key_id] = ed25519.Ed25519PrivateKey.generate()
        else:
            self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, key_id: str = "first", **claims: Any) -> str:
        """A token that counts, but for these claims; None leaves one out."""
        given = {"iss": ISSUER, "aud": AUDIENCE, "sub": "tests", "exp": int(time.time()) + 300, **claims}
        known = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(known, self.keys[key_id], algorithm=self.algorithm, headers={"kid": key_id})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application that publishes the keys: https://www.rfc-editor.org/rfc/rfc7517#section-5."""
        if scope["type"] != "http":
            return
        self.asked += 1
        await Response(json.dumps(self.published()))(scope, receive, send)

    def published(self) -> dict[str, Any]:
        """Its keys, as it publishes them."""
        signing = jwt.get_algorithm_by_name(self.algorithm)
        keys = [
            {**json.loads(signing.to_jwk(key.public_key())), "kid": key_id, "use": "sig"}
            for key_id, key in self.keys.items()
        ]
        return {"keys": keys}


def starting_with_token(
    start: StartService,
    environment: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    *,
    algorithm: str = "RS256",
    scopes: Sequence[str] = (),
) -> StartService:
    """Starts services whose client has a token, of the subject "tests"; its issuer runs as long as the test."""
    stack = ExitStack()
    request.addfinalizer(stack.close)
    issuer = Issuer(algorithm)
    environment.setenv("JWT_JWKS_URL", f"{stack.enter_context(serve(issuer)).url}/keys")
    environment.setenv("JWT_ISSUER", ISSUER)
    environment.setenv("JWT_AUDIENCE", AUDIENCE)

    def start_with_token(app: App) -> Service:
        service = start(app)
        service.client.headers["authorization"] = f"Bearer {issuer.token(scope=' '.join(scopes))}"
        _ISSUERS[service.url] = issuer
        return service

    return start_with_token


_ISSUERS: dict[str, Issuer] = {}


def refuses_strangers(service: Service, method: str, path: str, given: Any, *, scopes: Sequence[str] = ()) -> None:
    """Nobody comes in without a token, or with one that has expired, is forged, or is meant for others."""
    issuer = _ISSUERS[service.url]
    scope = " ".join(scopes)

    def refused(token: str | None, status: int, code: str) -> None:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        with httpx2.Client(base_url=service.url, headers=headers, trust_env=False) as stranger:
            answer = Service(service.url, stranger, service.server).ask(method, path, given)
        assert answer.status_code == status, answer.text
        assert answer.json()["code"] == code
        assert answer.headers["www-authenticate"].startswith("Bearer")

    refused(None, 401, "unauthenticated")
    refused(issuer.token(scope=scope, exp=int(time.time()) - 3600), 401, "invalid_credentials")
    refused(issuer.token(scope=scope, aud="someone else"), 401, "invalid_credentials")
    refused(issuer.token(scope=scope, iss="https://other.test"), 401, "invalid_credentials")
    refused(issuer.token(scope=scope, exp=None), 401, "invalid_credentials")
    forger = Issuer(issuer.algorithm)
    refused(forger.token(scope=scope), 401, "invalid_credentials")
    head, body, _ = issuer.token(scope=scope).split(".")
    unsigned = jwt.encode({"sub": "tests"}, "", algorithm="none").split(".")[0]
    refused(f"{unsigned}.{body}.", 401, "invalid_credentials")
    refused(f"{head}.{body}.", 401, "invalid_credentials")
    if scopes:
        refused(issuer.token(), 403, "insufficient_scope")
