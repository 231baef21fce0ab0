"""Callers who are known by a key."""

import base64
import binascii
import logging
import os
from pathlib import Path

from fastapi import Request
from fastapi.security import APIKeyHeader, HTTPBasic, HTTPBearer

from app.door import key_file
from app.door.callers import Caller, credentials_of
from app.door.errors import AuthUnavailable, InvalidCredentials
from app.door.key_file import KeyFile, KeySettings
from app.runtime.log import log_event
from app.runtime.settings import Settings


class Keys:
    """The keys of a process, which are read again when their file is another."""

    def __init__(self, _settings: Settings) -> None:  # made as all that is shared
        self._path = Path(KeySettings.load().api_keys_file)
        self._version: tuple[int, ...] | None = None
        self._known = KeyFile()

    def find(self, key: str) -> key_file.ApiKey | None:
        """The key that was sent, if it is one that counts.

        Raises:
            AuthUnavailable: the file cannot be read, or is not one of keys.
        """
        try:
            version = self._look()
            if version != self._version:
                self._known = key_file.read(self._path)
                self._version = version
        except (OSError, ValueError) as error:
            # Those that were known may have been revoked by what cannot be read.
            log_event("keys_unreadable", level=logging.ERROR, file=str(self._path), reason=type(error).__name__)
            raise AuthUnavailable(f"The keys in {self._path} cannot be read.") from error
        return self._known.find(key)

    def _look(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        if os.name == "posix" and found.st_mode & 0o077 and self._version is None:
            log_event("keys_open_to_others", level=logging.WARNING, file=str(self._path), hint="Set its mode to 600.")
        return found.st_ino, found.st_mtime_ns, found.st_size

    async def aclose(self) -> None:
        """Nothing is open."""


def _known(request: Request, key: str | None, name: str | None = None) -> Caller | None:
    """Who has a key, which has to be that of `name` where one is given."""
    if key is None:
        return None
    found = request.state.process.pools.shared(Keys).find(key)
    if found is None or name not in (None, found.name):
        raise InvalidCredentials("The key is not known, or was revoked.")
    return Caller(found.name, "api_key", frozenset(found.scopes))


class ApiKeys:
    """Takes keys in `Authorization: Bearer KEY` or `X-API-Key: KEY`."""

    challenge = "Bearer"

    def __init__(self) -> None:
        described = "A key of this service."
        self.schemes = (
            HTTPBearer(scheme_name="ApiKey", description=described, auto_error=False),
            APIKeyHeader(name="X-API-Key", scheme_name="ApiKeyHeader", description=described, auto_error=False),
        )

    async def caller(self, request: Request) -> Caller | None:
        """As in Auth."""
        sent = request.headers.getlist("x-api-key")
        # With several it would be left to chance which one counts, here and at a proxy in front.
        return _known(request, credentials_of(request, "bearer") or (sent[0] if len(sent) == 1 else None))


class BasicKeys:
    """Takes keys as passwords, for tools that know nothing else: the user is the name of the key."""

    challenge = 'Basic realm="service", charset="UTF-8"'

    def __init__(self) -> None:
        described = "The name of a key of this service, and the key as the password."
        self.schemes = (HTTPBasic(scheme_name="Basic", description=described, auto_error=False),)

    async def caller(self, request: Request) -> Caller | None:
        """As in Auth."""
        sent = credentials_of(request, "basic")
        if sent is None:
            return None
        try:
            name, _, key = base64.b64decode(sent, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidCredentials("The header Authorization does not hold a name and a key.") from None
        return _known(request, key, name)
