"""Runs that go on when their request has been answered."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .runs import Run

Answer = Callable[..., Awaitable[None]]


class Followed:
    """Stands for what starts such runs in one request, and knows when they have ended."""

    def __init__(self, background: Any, run: Run) -> None:
        self._background = background
        self._run = run
        self._ends: list[asyncio.Future[None]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._background, name)

    @property
    def has_begun(self) -> bool:
        """Whether the request has started one."""
        return bool(self._ends)

    def start(self, answer: Answer, request: Any) -> None:
        """As that for which it stands."""
        ended = asyncio.get_running_loop().create_future()

        async def followed(*given: Any) -> None:
            try:
                if self._run.ending != "cancelled":
                    self._run.task = asyncio.current_task()
                    await answer(*given)
            finally:
                ended.set_result(None)

        self._background.start(followed, request)
        self._ends.append(ended)
        # What is to end the run ends what goes on, and not the request, which is over.
        self._run.task = None

    async def finish(self) -> None:
        """Waits until they have ended."""
        await asyncio.gather(*self._ends)


def follow(state: MutableMapping[str, Any], run: Run) -> Followed | None:
    """Follows what a request starts; None where its service lets no run go on."""
    background = state.get("background")
    if background is None:
        return None
    followed = state["background"] = Followed(background, run)
    return followed
