"""API keys as the operator keeps them: a JSON file of names and hashes, which no key can be read from.

A key is 256 random bits, so that a plain SHA-256 of it tells nothing; a slow hash is for what people make up.
"""

import hashlib
import hmac
import os
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.runtime.settings import BaseSettings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_LOCK_SECONDS = 10.0
_SCOPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")


class KeySettings(BaseSettings):
    """Where the operator keeps keys."""

    api_keys_file: str = "api-keys.json"
    """The file of the API keys, which `python -m app.keys` writes."""


class ApiKey(msgspec.Struct, frozen=True):
    """A key: whose it is, what it may do, and its hash."""

    name: str
    sha256: str
    created: datetime
    scopes: list[str] = []


class KeyFile(msgspec.Struct, frozen=True):
    """What stands in the file."""

    keys: list[ApiKey] = []

    def find(self, key: str) -> ApiKey | None:
        """The key that was sent, if it is one of these; all are compared, so that the time tells nothing."""
        sent = _hash(key)
        found: ApiKey | None = None
        for each in self.keys:
            if hmac.compare_digest(each.sha256.encode(), sent.encode()):
                found = each
        return found


def read(path: Path) -> KeyFile:
    """The keys of a file; none where there is no file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not such a file.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return KeyFile()
    return msgspec.json.decode(content, type=KeyFile)


def add(path: Path, name: str, scopes: list[str]) -> str:
    """Adds a key and gives it; nobody can read it from the file later.

    Raises:
        OSError: the file cannot be written.
        ValueError: the name or a scope cannot be used, or the file is not one of keys.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"A name has letters, digits and . _ @ -, 64 at most; {name!r} has others.")
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise ValueError(f"A scope has letters, digits and . _ : / -, 64 at most; {scope!r} has others.")
    key = f"key_{secrets.token_urlsafe(32)}"
    with _changing(path) as keys:
        if any(each.name == name for each in keys):
            raise ValueError(f"There is a key {name} already: revoke it first, or choose another name.")
        keys.append(ApiKey(name, _hash(key), datetime.now(UTC).replace(microsecond=0), scopes))
    return key


def revoke(path: Path, name: str) -> None:
    """Takes a key away; a service that runs refuses it from the next request on.

    Raises:
        OSError, ValueError: as `add`; ValueError too where there is no such key.
    """
    with _changing(path) as keys:
        found = next((each for each in keys if each.name == name), None)
        if found is None:
            raise ValueError(f"There is no key {name}.")
        keys.remove(found)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


@contextmanager
def _changing(path: Path) -> Generator[list[ApiKey]]:
    """The keys of a file to change, one who does so at a time; they are written unless something is wrong.

    Raises:
        OSError: the file cannot be read or written, or somebody else changes it for long.
        ValueError: it is not one of keys.
    """
    with _locked(path):
        keys = list(read(path).keys)
        yield keys
        _write(path, keys)


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Holds a lock that is gone with the process: on the folder, as the file is replaced. Windows locks files alone."""
    if sys.platform == "win32":
        descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    else:
        descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Somebody else has been changing {path} for {_LOCK_SECONDS:g} seconds.")
            time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(path: Path, keys: list[ApiKey]) -> None:
    """Puts a whole new file in the place of the old one, which only its owner may read."""
    text = msgspec.json.format(msgspec.json.encode(KeyFile(keys)), indent=2) + b"\n"
    # mkstemp makes files with mode 600.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
