"""Runs that were taken up go on a few at a time.

Whatever a dead service has left is taken up within a second or two, and what a thousand runs ask their models then
would come there in the same instant. So the next step of each waits for its turn; what follows comes as those end.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

_LONGEST_TURN_SECONDS = 10.0


class Turns:
    """So many steps have their turn at once. A step that takes long lets the next one begin after ten seconds."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """A block that begins when it is its turn."""
        await self._free.acquire()
        over = asyncio.get_running_loop().call_later(_LONGEST_TURN_SECONDS, self._free.release)
        try:
            yield
        finally:
            if over.when() > asyncio.get_running_loop().time():
                over.cancel()
                self._free.release()
