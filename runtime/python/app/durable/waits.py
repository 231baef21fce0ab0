"""Runs that wait for something from outside: what wakes them, and when they have waited long enough.

A run that waits is a task that sleeps; nothing looks for it until there is news under its mailbox or its time is over.
Other instances write to the same Postgres, so one query a second, for all runs that wait here, asks what is new there.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import TypeVar

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError

from app.durable.engine import Engine
from app.durable.journal import Journal, patiently
from app.durable.kept import Keeper
from app.durable.parts import Part
from app.durable.shown import WaitKind
from app.durable.waiting_settings import WaitingSettings
from app.runtime.settings import Settings

Found = TypeVar("Found")

_LOOK_SECONDS = 1.0
_CLOCKS_DIFFER_SECONDS = 120.0
_LOOK_AGAIN_SECONDS = 600.0
_JUMP_SECONDS = 1.0


class _Waiter:
    """A run that sleeps. `news` says that there may be something under its mailbox, and not only another time."""

    __slots__ = ("news", "woken")

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.news = True


class Waits:
    """All that wait in this process; `keeper` has what they wait for, once the engine is up."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.keeper = Keeper()
        self._mailboxes: dict[str, set[_Waiter]] = {}
        self._seen: dict[str, float] = {}

    async def aclose(self) -> None:
        """Ends nothing; the runs are the engine's."""

    def wake(self, mailbox: str) -> None:
        """There is something new."""
        for waiter in self._mailboxes.get(mailbox, ()):
            waiter.news = True
            waiter.woken.set()

    async def wait(
        self,
        journal: Journal,
        kind: WaitKind,
        mailbox: str,
        look: Callable[[], Awaitable[Found | None]],
        until: float,
        most: float,
    ) -> Found | None:
        """What `look` finds under a mailbox; None when it was not there at `until`, in seconds since 1970. A run that
        has to wait for it is listed as one that does.

        However the clock is set back, it waits no longer than `most` seconds.
        """
        waiter = _Waiter()
        self._mailboxes.setdefault(mailbox, set()).add(waiter)
        end = time.monotonic() + most
        is_listed = False
        try:
            async with AsyncExitStack() as listed:
                while True:
                    waiter.woken.clear()
                    left = min(until - time.time(), end - time.monotonic())
                    if waiter.news or left <= 0:
                        waiter.news = False
                        found = await patiently(journal.run, look)
                        if found is not None:
                            return found
                    if left <= 0:
                        return None
                    if not is_listed:
                        await listed.enter_async_context(journal.waiting_for(kind, left))
                        is_listed = True
                    again = _LOOK_AGAIN_SECONDS * random.uniform(1, 1.5)
                    try:
                        await asyncio.wait_for(waiter.woken.wait(), min(left, again))
                    except TimeoutError:
                        waiter.news = True
        finally:
            waiters = self._mailboxes[mailbox]
            waiters.discard(waiter)
            if not waiters:
                del self._mailboxes[mailbox]

    async def watch(self, *, shared: bool) -> None:
        """Wakes whoever a jump of the clock concerns and, where the database is shared, what others have written."""
        offset = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = time.time() - time.monotonic()
            if abs(now - offset) > _JUMP_SECONDS:
                for waiters in self._mailboxes.values():
                    for waiter in waiters:
                        waiter.woken.set()
            offset = now
            if shared and self._mailboxes:
                with suppress(SQLAlchemyError):
                    await self._look()

    async def _look(self) -> None:
        since = time.time() - _CLOCKS_DIFFER_SECONDS
        for key in await self.keeper.latest(since):
            if key not in self._seen:
                self._seen[key] = time.monotonic()
                self.wake(mailbox_of(key))
        oldest = time.monotonic() - 3 * _CLOCKS_DIFFER_SECONDS
        self._seen = {key: seen for key, seen in self._seen.items() if seen > oldest}


def mailbox_of(key: str) -> str:
    """Where something is looked for that is kept under a key."""
    return key.partition(".")[0]


class Waiting(Part):
    """The waits of a service, from its start to its end, with the routes by which they are ended."""

    def __init__(self, *routers: APIRouter) -> None:
        self.routers = routers
        self._waits: Waits | None = None
        self._shared = False
        self._watching: asyncio.Task[None] | None = None

    def register(self, engine: Engine) -> None:
        """As in Part.

        Raises:
            ValueError: a setting of waits has no value that it can have.
        """
        WaitingSettings.load()
        self._shared = engine.settings.durable_database_url is not None
        self._waits = engine.process.pools.shared(Waits)
        self._waits.keeper = engine.keeper

    async def start(self) -> None:
        """As in Part."""
        assert self._waits is not None  # noqa: S101
        self._watching = asyncio.create_task(self._waits.watch(shared=self._shared))

    async def stop(self) -> None:
        """As in Part."""
        if self._watching is not None:
            self._watching.cancel()
