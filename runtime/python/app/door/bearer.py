"""Callers who are known by a token of an issuer whom the operator trusts: JSON Web Tokens, checked as
https://www.rfc-editor.org/rfc/rfc8725 says.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any, Literal, cast

import httpx2
import jwt
import msgspec
from fastapi import Request
from fastapi.security import HTTPBearer

from app.door.callers import Caller, credentials_of
from app.door.errors import AuthUnavailable, InvalidCredentials
from app.runtime.errors import MissingEnv
from app.runtime.log import log_event
from app.runtime.settings import BaseSettings, Seconds, Settings

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Those that sign with a key which is not known to who checks: https://www.rfc-editor.org/rfc/rfc7518#section-3.1."""

_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_CURVES = {"ES256": ("P-256",), "ES384": ("P-384",), "ES512": ("P-521",), "EdDSA": ("Ed25519", "Ed448")}
_MOST_BYTES = 1_048_576
_MOST_TOKEN = 16_384


class KeySet(msgspec.Struct, frozen=True):
    """A set of JSON Web Keys."""

    keys: list[dict[str, Any]]


class TokenSettings(BaseSettings):
    """Whose tokens count; the first three are needed."""

    jwt_jwks_url: str | None = None
    """Where the issuer of tokens publishes its keys: https://…/.well-known/jwks.json"""
    jwt_issuer: str | None = None
    """The `iss` of its tokens, to the letter"""
    jwt_audience: str | None = None
    """The `aud` that means this service"""
    jwt_leeway_seconds: float = 30.0
    """How far the issuer's clock may be off."""
    jwt_keys_seconds: Seconds = 3600.0
    """How long its keys are good without being fetched again."""
    jwt_refresh_seconds: Seconds = 30.0
    """A token with an unknown key makes them be fetched again, but not more often than this."""


class Issuer:
    """The issuer's keys, by their ids, as they were fetched last."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        account = TokenSettings.load()
        needed = {"JWT_JWKS_URL": account.jwt_jwks_url, "JWT_ISSUER": account.jwt_issuer}
        for variable, value in {**needed, "JWT_AUDIENCE": account.jwt_audience}.items():
            if value is None:
                raise MissingEnv(f"The environment variable {variable} is not set.", variable=variable)
        self.account = account
        self._connect_seconds = settings.connect_timeout_seconds
        self._keys: dict[str | None, dict[str, Any]] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, key_id: str | None) -> dict[str, Any] | None:
        """The key with an id, as a JSON Web Key.

        Raises:
            AuthUnavailable: there are no keys, and none can be fetched.
        """
        is_old = time.monotonic() - self._fetched_at > self.account.jwt_keys_seconds
        if is_old or key_id not in self._keys:
            async with self._lock:
                now = time.monotonic()
                is_old = now - self._fetched_at > self.account.jwt_keys_seconds
                # Without any keys nobody can come in, so that is tried again sooner.
                waits = now - self._tried_at < (self.account.jwt_refresh_seconds if self._keys else 1.0)
                if (is_old or key_id not in self._keys) and not waits:
                    self._tried_at = now
                    await self._fetch()
        # Keys of a day ago may have been revoked; until then an issuer that is down locks nobody out.
        if time.monotonic() - self._fetched_at > max(86_400, self.account.jwt_keys_seconds):
            raise AuthUnavailable("The keys of the tokens' issuer cannot be fetched from JWT_JWKS_URL.")
        return self._keys.get(key_id)

    async def _fetch(self) -> None:
        try:
            keys = await self._published()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, TimeoutError) as error:
            log_event("issuer_unreachable", level=logging.WARNING, reason=str(error) or type(error).__name__)
            return
        usable = (each for each in keys if each.get("use", "sig") == "sig" and isinstance(each.get("kid"), str | None))
        self._keys = {each.get("kid"): each for each in usable}
        self._fetched_at = time.monotonic()
        log_event("issuer_keys", count=len(self._keys))

    async def _published(self) -> list[dict[str, Any]]:
        """https://www.rfc-editor.org/rfc/rfc7517#section-5"""
        body = bytearray()
        async with (
            asyncio.timeout(self._connect_seconds),
            httpx2.AsyncClient() as client,
            client.stream("GET", self.account.jwt_jwks_url or "") as answer,
        ):
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ValueError("The keys are larger than a megabyte.")
        return msgspec.json.decode(body, type=KeySet).keys

    async def aclose(self) -> None:
        """Nothing is open."""


class BearerTokens:
    """Takes tokens in `Authorization: Bearer TOKEN` that are signed with one of these algorithms."""

    challenge = "Bearer"

    def __init__(self, algorithms: Sequence[Algorithm]) -> None:
        self._algorithms = list(algorithms)
        described = "A JSON Web Token of the service's issuer."
        self.schemes = (
            HTTPBearer(scheme_name="BearerToken", bearerFormat="JWT", description=described, auto_error=False),
        )

    async def caller(self, request: Request) -> Caller | None:
        """As in Auth."""
        token = credentials_of(request, "bearer")
        if token is None:
            return None
        issuer: Issuer = request.state.process.pools.shared(Issuer)
        try:
            claims = await self._claims(token, issuer)
        except jwt.ExpiredSignatureError:
            raise InvalidCredentials("The token has expired.") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            # PyJWT's words may hold what stands in the token.
            raise InvalidCredentials("The token does not count here.", reason=type(error).__name__) from None
        return Caller(claims["sub"], "token", _scopes(claims), claims)

    async def _claims(self, token: str, issuer: Issuer) -> dict[str, Any]:
        if len(token) > _MOST_TOKEN:
            raise ValueError("too long")
        header = jwt.get_unverified_header(token)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in self._algorithms or not isinstance(key_id, str | None):
            raise ValueError("algorithm")
        key = await issuer.key(key_id)
        if key is None or not _fits(key, algorithm):
            raise ValueError("key")
        claims = jwt.decode(
            token,
            jwt.PyJWK.from_dict(key, algorithm),
            algorithms=[algorithm],
            issuer=issuer.account.jwt_issuer,
            audience=issuer.account.jwt_audience,
            leeway=issuer.account.jwt_leeway_seconds,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise ValueError("sub")
        return claims


def _fits(key: dict[str, Any], algorithm: str) -> bool:
    """Whether a key is one for an algorithm, so that none is used in another way than its issuer means."""
    curves = _CURVES.get(algorithm)
    return (
        key.get("kty") == _KEY_TYPES[algorithm[:2]]
        and key.get("alg") in (None, algorithm)
        and (curves is None or key.get("crv") in curves)
    )


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    """`scope` is a text with blanks, `scp` a list or such a text: https://www.rfc-editor.org/rfc/rfc8693#section-4.2."""
    given = claims.get("scope", claims.get("scp"))
    if isinstance(given, str):
        return frozenset(given.split())
    return frozenset(each for each in cast("list[Any]", given or []) if isinstance(each, str))
