"""How services sign their webhooks: with a secret that both sides know, over the body as it is sent."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from starlette.datastructures import Headers

from app.runtime.errors import ServiceError


class InvalidSignature(ServiceError, code="invalid_signature", title="Signature refused", status=401):
    """A webhook is not signed with the secret, or too long ago."""

    hint = "Check that the secret of the webhook at the sending service is the one that this service is told."
    callers_hint = "Sign the body as it is sent, with the secret of this webhook, and send it in time."
    for_caller = ()


class Signed(NamedTuple):
    """What a service has signed: `id` cannot be changed without breaking the signature, `event` is its name for it."""

    id: str
    event: str | None


class Scheme(Protocol):
    """The way in which a service signs."""

    @property
    def name(self) -> str:
        """The service."""
        ...

    def check(self, headers: Headers, body: bytes, secrets: Sequence[str]) -> Signed:
        """What is signed with one of the secrets.

        Raises:
            InvalidSignature: it is not, or too long ago.
        """
        ...


def _only(headers: Headers, name: str) -> str:
    """A header that has to be there once: of several, it would be left to chance which one is checked."""
    values = headers.getlist(name)
    if len(values) != 1:
        raise InvalidSignature(f"The header {name} is missing." if not values else f"There are several of {name}.")
    return values[0].strip()


def _check(given: Iterable[bytes], signed: bytes, secrets: Sequence[str], algorithm: str = "sha256") -> str:
    """Compares in constant time; an id of what is signed, which is the signature."""
    candidates = list(given)
    for secret in secrets:
        expected = hmac.new(secret.encode(), signed, algorithm).digest()
        for each in candidates:
            if hmac.compare_digest(each, expected):
                # Not the signature as it was sent: hexadecimal and base64 can be written in several ways.
                return hashlib.sha256(expected).hexdigest()
    raise InvalidSignature("The signature does not fit the body and the secret.")


def _hex(text: str, prefix: str = "") -> bytes:
    try:
        return bytes.fromhex(text[len(prefix) :]) if text.startswith(prefix) and text.isascii() else b""
    except ValueError:
        return b""


def _base64(text: str, prefix: str = "") -> bytes:
    try:
        return base64.b64decode(text[len(prefix) :], validate=True) if text.startswith(prefix) else b""
    except (binascii.Error, ValueError):
        return b""


def _check_time(timestamp: str, tolerance_seconds: float) -> None:
    seconds = int(timestamp) if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16 else None
    if seconds is None:
        raise InvalidSignature("The time of the signature is not a number of seconds.")
    # Some write milliseconds, which are seconds of a far future.
    if seconds > 100_000_000_000:
        seconds /= 1000
    if abs(time.time() - seconds) > tolerance_seconds:
        raise InvalidSignature(f"It was signed more than {tolerance_seconds:g} seconds ago, or is from the future.")


@dataclass(frozen=True, slots=True)
class GitHub:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""

    name = "github"

    def check(self, headers: Headers, body: bytes, secrets: Sequence[str]) -> Signed:
        """As in Scheme."""
        signature = _hex(_only(headers, "x-hub-signature-256"), "sha256=")
        return Signed(_check([signature], body, secrets), headers.get("x-github-event"))


@dataclass(frozen=True, slots=True)
class Shopify:
    """https://shopify.dev/docs/apps/build/webhooks/subscribe/https"""

    name = "shopify"

    def check(self, headers: Headers, body: bytes, secrets: Sequence[str]) -> Signed:
        """As in Scheme."""
        signature = _base64(_only(headers, "x-shopify-hmac-sha256"))
        return Signed(_check([signature], body, secrets), headers.get("x-shopify-topic"))


@dataclass(frozen=True, slots=True)
class Stripe:
    """https://docs.stripe.com/webhooks#verify-manually"""

    tolerance_seconds: float = 300.0
    name = "stripe"

    def check(self, headers: Headers, body: bytes, secrets: Sequence[str]) -> Signed:
        """As in Scheme."""
        parts = [part.strip().partition("=") for part in _only(headers, "stripe-signature").split(",")]
        times = [value for name, _, value in parts if name == "t"]
        if len(times) != 1:
            raise InvalidSignature("The header stripe-signature has no time.")
        signatures = [_hex(value) for name, _, value in parts if name == "v1"]
        identity = _check(signatures, f"{times[0]}.".encode() + body, secrets)
        _check_time(times[0], self.tolerance_seconds)
        return Signed(identity, None)


@dataclass(frozen=True, slots=True)
class Slack:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""

    tolerance_seconds: float = 300.0
    name = "slack"

    def check(self, headers: Headers, body: bytes, secrets: Sequence[str]) -> Signed:
        """As in Scheme."""
        timestamp = _only(headers, "x-slack-request-timestamp")
        signature = _hex(_only(headers, "x-slack-signature"), "v0=")
        identity = _check([signature], f"v0:{timestamp}:".encode() + body, secrets)
        _check_time(timestamp, self.tolerance_seconds)
        return Signed(identity, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hmac:
    """Any service that signs with an HMAC: `header` holds the signature behind `prefix`.

    `before_body` is what is signed before the body, with `{timestamp}` for what the header `timestamp_header` holds,
    which may not be further away than the tolerance.
    """

    header: str
    algorithm: Literal["sha1", "sha256", "sha384", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    before_body: str = ""
    timestamp_header: str | None = None
    event_header: str | None = None
    tolerance_seconds: float = 300.0
    name = "hmac"

    def check(self, headers: Headers, body: bytes, secrets: Sequence[str]) -> Signed:
        """As in Scheme."""
        read = _hex if self.encoding == "hex" else _base64
        signature = read(_only(headers, self.header), self.prefix)
        timestamp = None if self.timestamp_header is None else _only(headers, self.timestamp_header)
        before = self.before_body.replace("{timestamp}", timestamp or "").encode()
        identity = _check([signature], before + body, secrets, self.algorithm)
        if timestamp is not None:
            _check_time(timestamp, self.tolerance_seconds)
        return Signed(identity, None if self.event_header is None else headers.get(self.event_header))
