"""Ids, tokens, hashes and signatures."""

import hashlib
import hmac
import secrets
from base64 import b64encode, urlsafe_b64encode
from typing import Any, Literal
from uuid import uuid4

from app.runtime.context import ExecutionContext
from app.runtime.expressions import as_text

Algorithm = Literal["sha256", "sha384", "sha512"]
Encoding = Literal["hex", "base64", "base64url"]


def random_id() -> str:
    """A random UUID, version 4 (RFC 9562)."""
    return str(uuid4())


def token(size: int = 32, encoding: Encoding = "base64url") -> str:
    """So many random bytes that cannot be guessed."""
    return _written(secrets.token_bytes(size), encoding)


def hashed(value: Any, algorithm: Algorithm = "sha256", encoding: Encoding = "hex") -> str:
    """The hash of a text, as UTF-8; anything else as compact JSON."""
    return _written(hashlib.new(algorithm, _bytes_of(value)).digest(), encoding)


def signed(
    ctx: ExecutionContext, variable: str, value: Any, algorithm: Algorithm = "sha256", encoding: Encoding = "hex"
) -> str:
    """The HMAC (RFC 2104) of a value, with the secret that a variable of the environment holds.

    Raises:
        MissingApiKey: the variable is not set.
    """
    return _written(hmac.digest(ctx.secrets[variable].encode(), _bytes_of(value), algorithm), encoding)


def _bytes_of(value: Any) -> bytes:
    return as_text(value).encode()


def _written(data: bytes, encoding: Encoding) -> str:
    """Base64 for addresses has no padding, as in RFC 7515."""
    match encoding:
        case "hex":
            return data.hex()
        case "base64":
            return b64encode(data).decode()
        case "base64url":
            return urlsafe_b64encode(data).decode().rstrip("=")
