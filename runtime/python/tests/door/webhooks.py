"""Webhooks as services send them, signed, and as others do."""

import base64
import hashlib
import hmac
import importlib
import time
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from app.door.webhooks.receiver import Webhook
from app.door.webhooks.signatures import Hmac, Scheme
from tests.server import App
from tests.service import Service, StartService

SECRET = "signed with this in tests"


class Signing(httpx2.Auth):
    """Signs requests as the service of a webhook does, so many seconds ago."""

    requires_request_body = True

    def __init__(self, scheme: Scheme, secret: str = SECRET, *, age: int = 0) -> None:
        self._scheme = scheme
        self._secret = secret
        self._age = age

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """As in httpx."""
        request.headers.update(self.headers(request.content))
        yield request

    def headers(self, body: bytes) -> dict[str, str]:
        """The headers that go with a body."""
        now = str(int(time.time()) - self._age)
        match self._scheme.name:
            case "github":
                return {"x-hub-signature-256": f"sha256={self._mac(body).hex()}", "x-github-event": "test"}
            case "shopify":
                return {"x-shopify-hmac-sha256": base64.b64encode(self._mac(body)).decode()}
            case "stripe":
                return {"stripe-signature": f"t={now},v1={self._mac(f'{now}.'.encode() + body).hex()}"}
            case "slack":
                signature = self._mac(f"v0:{now}:".encode() + body).hex()
                return {"x-slack-request-timestamp": now, "x-slack-signature": f"v0={signature}"}
            case _:
                return self._generic(body, now)

    def _generic(self, body: bytes, now: str) -> dict[str, str]:
        scheme = self._scheme
        assert isinstance(scheme, Hmac)
        mac = self._mac(scheme.before_body.replace("{timestamp}", now).encode() + body, scheme.algorithm)
        written = mac.hex() if scheme.encoding == "hex" else base64.b64encode(mac).decode()
        timed = {} if scheme.timestamp_header is None else {scheme.timestamp_header: now}
        return {scheme.header: scheme.prefix + written, **timed}

    def _mac(self, signed: bytes, algorithm: str = "sha256") -> bytes:
        return hmac.new(self._secret.encode(), signed, getattr(hashlib, algorithm)).digest()


def starting_signed(start: StartService, environment: pytest.MonkeyPatch, workflow: str) -> StartService:
    """Starts services whose client signs as the webhook of a workflow wants it; they answer with the result."""
    name, webhook = _webhook(workflow)
    environment.setenv(webhook.variable, SECRET)
    environment.setattr(f"app.routes.{name}", replace(webhook, answer="result", events=()))

    def start_signed(app: App) -> Service:
        service = start(app)
        service.client.auth = Signing(webhook.scheme)
        return service

    return start_signed


def _webhook(workflow: str) -> tuple[str, Webhook]:
    """The constant of the routes that is a workflow's webhook."""
    routes = vars(importlib.import_module("app.routes"))
    return next((name, it) for name, it in routes.items() if isinstance(it, Webhook) and it.workflow == workflow)


def refuses_forgeries(service: Service, workflow: str, path: str, given: Any) -> None:
    """Nothing runs that is not signed, is signed with another secret or too long ago, or was changed on its way."""
    signed = service.client.build_request("POST", path, json=given)
    body = signed.read()
    scheme = _webhook(workflow)[1].scheme
    forged = [{}, Signing(scheme, "another secret").headers(body), Signing(scheme).headers(body + b" ")]
    if _is_timed(scheme):
        forged.append(Signing(scheme, age=100_000).headers(body))
    for headers in forged:
        with httpx2.Client(base_url=service.url, trust_env=False) as stranger:
            answer = stranger.post(path, content=body, headers={"content-type": "application/json", **headers})
        assert answer.status_code == 401, answer.text
        assert answer.json()["code"] == "invalid_signature"


def refuses_repetitions(service: Service, path: str, given: Any) -> None:
    """What has come once does not run again."""
    request = service.client.build_request("POST", path, json=given)
    first = service.client.send(request)
    assert "output" in first.json(), first.text
    with httpx2.Client(base_url=service.url, trust_env=False) as stranger:
        again = stranger.post(path, content=request.read(), headers=request.headers)
    assert again.json() == {"status": "duplicate"}


def _is_timed(scheme: Scheme) -> bool:
    return scheme.name in ("stripe", "slack") or (isinstance(scheme, Hmac) and scheme.timestamp_header is not None)
