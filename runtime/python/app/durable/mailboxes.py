"""Events from outside, each under its name and key, until runs have had time to take them.

What is sent in a minute has the keys MAILBOX.MINUTE.0, MAILBOX.MINUTE.1 and so on, so that readers find it by its key
and writers, on whichever instance, never write over each other.
"""

import hashlib
import time
from typing import Any, TypedDict

from app.durable.kept import Keeper
from app.runtime.events import encode

_MINUTE = 60
_CLOCKS_DIFFER_MINUTES = 3
_AT_ONCE = 50
_READ_AT_ONCE = 1_000


class Sent(TypedDict):
    """An event as it is kept. `id` tells it from all others."""

    id: str
    at: float
    payload: Any


def mailbox(name: str, key: str) -> str:
    """Where events of a name and a key are."""
    return f"event-{hashlib.sha256(encode([name, key])).hexdigest()[:40]}"


async def put(keeper: Keeper, box: str, sent: Sent) -> None:
    """Keeps an event; one that is there already stays as it is."""
    minute, place = int(sent["at"] // _MINUTE), 0
    while True:
        there = await keeper.find([f"{box}.{minute}.{place + ahead}" for ahead in range(_AT_ONCE)])
        if any(each["id"] == sent["id"] for each in there.values()):
            return
        place += len(there)
        if len(there) < _AT_ONCE and (await keeper.keep(f"{box}.{minute}.{place}", sent))["id"] == sent["id"]:
            return


class Reader:
    """What has come into a mailbox since a time, in seconds since 1970, or in the last `keep` seconds: where the clock
    was set back behind that time, what comes is sent before it.
    """

    def __init__(self, keeper: Keeper, box: str, since: float, keep: float) -> None:
        self._keeper = keeper
        self._box = box
        self._since = min(since, time.time() - keep)
        self._minute = int(self._since // _MINUTE) - _CLOCKS_DIFFER_MINUTES

    async def read(self) -> list[Sent]:
        """The events, the oldest first. Minutes in which nothing can come any more are not looked at again."""
        now = int(time.time() // _MINUTE)
        oldest = now - _CLOCKS_DIFFER_MINUTES
        if oldest < self._minute:
            self._minute, self._since = oldest, min(self._since, oldest * _MINUTE)
        found: list[Sent] = []
        asked: list[tuple[int, int]] = [(minute, 0) for minute in range(self._minute, now + _CLOCKS_DIFFER_MINUTES + 1)]
        # A run may have waited for months when it is taken up, and a statement has room for so many keys.
        while asked:
            portion, asked = asked[:_READ_AT_ONCE], asked[_READ_AT_ONCE:]
            keys: dict[str, tuple[int, int]] = {
                f"{self._box}.{minute}.{place}": (minute, place) for minute, place in portion
            }
            there = await self._keeper.find(list(keys))
            found += there.values()
            asked += [(minute, place + 1) for minute, place in (keys[key] for key in there)]
        if not found:
            self._minute = max(self._minute, oldest)
        return sorted((each for each in found if each["at"] >= self._since), key=lambda each: (each["at"], each["id"]))
