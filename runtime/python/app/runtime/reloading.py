"""Secrets that are replaced while the service runs.

They are read again on SIGHUP, and when a file is another that holds some: `.env`, or one that a variable NAME_FILE
names. Requests that are under way end with those that they began with. What cannot be used leaves the old one in its
place, and the log says so, by names and never by values.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Protocol, cast, runtime_checkable

from fastapi import APIRouter, FastAPI
from pydantic import Field

from app.runtime.context import Asked, Process, Server
from app.runtime.errors import ServiceError
from app.runtime.log import log_event
from app.runtime.settings import BaseSettings, bare, explain, starting, variable, variables

_SETTLING_SECONDS = 0.2
"""A file that was written in the last moment may not have been written to its end."""


class ReloadSettings(BaseSettings):
    """What the operator can set for the replacing of secrets."""

    secrets_check_seconds: Annotated[float, Field(ge=0)] = 5.0
    """How often files that hold secrets are looked at, to read those that have changed; 0 for SIGHUP alone."""


@runtime_checkable
class HoldsSecrets(Protocol):
    """What all runs share and was made with secrets."""

    def renew(self) -> list[str]:
        """Reads them again, and gives the variables whose values are others now.

        Raises:
            ServiceError, ValueError: one cannot be used; all stay as they were.
        """
        ...


def reloading(asked: Sequence[Asked]) -> APIRouter:
    """A router without routes, whose service reads the secrets of what it asks again when they are replaced."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        process: Process = app.state.process
        hang_up = asyncio.Event()
        loop = asyncio.get_running_loop()
        # Not on Windows, which has no such signal, nor outside of the main thread.
        with suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):
            loop.add_signal_handler(signal.SIGHUP, hang_up.set)
        with starting():
            seconds = ReloadSettings.load().secrets_check_seconds
        watch = asyncio.create_task(_watch(process, asked, hang_up, seconds))
        try:
            yield
        finally:
            watch.cancel()

    return APIRouter(lifespan=lifespan)


async def _watch(process: Process, asked: Sequence[Asked], hang_up: asyncio.Event, seconds: float) -> None:
    seen, known = _versions(), _values()
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds or None):
                await hang_up.wait()
        if hang_up.is_set() or _versions() != seen:
            hang_up.clear()
            seen = await _settled()
            renewed = reload(process, asked)
            before, known = known, _values()
            _tell_of_others(before, known, {*renewed, *process.secrets})


async def _settled() -> dict[str, tuple[int, ...]]:
    """The versions of the files, once nobody writes to them."""
    before: dict[str, tuple[int, ...]] = {}
    while (now := _versions()) != before:
        before = now
        await asyncio.sleep(_SETTLING_SECONDS)
    return now


def _versions() -> dict[str, tuple[int, ...]]:
    """What tells a file from the one that stood there before; those that Kubernetes mounts are links to others."""
    paths = {path for name, path in variables().items() if name.endswith("_FILE") and path}
    versions: dict[str, tuple[int, ...]] = {}
    for path in (".env", *paths):
        with suppress(OSError, ValueError):
            found = Path(path).stat()
            versions[path] = (found.st_ino, found.st_mtime_ns, found.st_size)
    return versions


def _values() -> dict[str, str | None]:
    """What all variables say, by their names without `_FILE`."""
    known = variables()
    found: dict[str, str | None] = {}
    for name in {each.removesuffix("_FILE") for each in known}:
        with suppress(OSError, ValueError):
            found[name] = variable(name, known)
    return found


def _tell_of_others(before: dict[str, str | None], now: dict[str, str | None], read: set[str]) -> None:
    """Says what has changed and is read at the start alone, such as addresses of databases and RUNS_TOKEN."""
    others = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if waiting := [name for name in others if name not in read]:
        detail = "They are read when the service starts: start it again for what they say now."
        log_event("restart_needed", level=logging.WARNING, names=waiting, detail=detail)


def reload(process: Process, asked: Sequence[Asked]) -> set[str]:
    """Reads all secrets of a service again; those that cannot be used stay as they were. Gives the replaced ones."""
    renewed: set[str] = set()
    held: set[str] = set()
    for each in asked:
        try:
            if isinstance(each, Server):
                server = cast("Server[Any]", each)
                renewed.update(_renew_server(process, server))
            elif isinstance(shared := process.pools.shared(each), HoldsSecrets):
                renewed.update(shared.renew())
        except ServiceError as error:
            if error.details.get("variable") not in process.missing:
                _kept(error.detail)
        except ValueError as error:
            _kept(explain(error))
        if isinstance(each, Server):
            held.update(name.upper() for name in cast("Server[Any]", each).account.model_fields)
    renewed.update(_renew_others(process, held))
    process.missing[:] = [name for name in process.missing if not _is_set(name)]
    log_event("secrets_read", replaced=sorted(renewed))
    return renewed


def _renew_server(process: Process, server: Server[Any]) -> list[str]:
    """Connects anew to a server whose account has another key.

    Raises:
        ServiceError, ValueError: it cannot be used.
    """
    account = server.account.load()
    keys = account.keys()
    replaced = [name for name, value in keys.items() if process.secrets.get(name) != value]
    names = {name.upper() for name in server.account.model_fields}
    gone = sorted(names & process.secrets.keys() - keys.keys())
    if gone:
        raise ValueError(f"{' and '.join(gone)} is no longer set.")
    if replaced:
        process.pools.replace(server, server.connect(process.settings, account, keys.get(server.secret, "")))
        process.secrets.update(keys)
    return replaced


def _renew_others(process: Process, held: set[str]) -> list[str]:
    """Reads the secrets again that are looked up by their names."""
    replaced: list[str] = []
    known = variables()
    for name in process.secrets.keys() - held:
        try:
            value = bare(variable(name, known) or "")
        except ValueError as error:
            _kept(explain(error))
            continue
        if not value:
            _kept(f"{name} is no longer set.")
        elif value != process.secrets[name]:
            process.secrets[name] = value
            replaced.append(name)
    return replaced


def _is_set(name: str) -> bool:
    with suppress(ValueError):
        return bool(bare(variable(name, variables()) or ""))
    return False


def _kept(detail: str) -> None:
    log_event("secret_kept", level=logging.ERROR, detail=f"{detail} The one before stays in use.")
