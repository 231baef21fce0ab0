"""A second model beside one that is slow to begin. Both are paid for; the first token decides.

https://research.google/pubs/the-tail-at-scale/
"""

import asyncio
from collections.abc import Sequence

from app.llm.errors import ContextLengthExceeded
from app.llm.router.candidates import Choice
from app.llm.router.routing import MENDABLE, RoutedCall, larger
from app.llm.types import Completion
from app.runtime.errors import ServiceError

Running = asyncio.Task[Completion]
HEDGE = "hedge"


class Hedge:
    """Asks the next model when the first has not begun to answer for so many milliseconds."""

    def __init__(self, after_ms: float) -> None:
        self._after = after_ms / 1000

    async def __call__(self, call: RoutedCall, choices: Sequence[Choice]) -> Completion:
        """The answer of the model whose first token is there first; the other's call is ended.

        Raises:
            ServiceError: as `RoutedCall.answer`.
        """
        race = _Race(call, choices)
        try:
            return await race.run(self._after)
        finally:
            await race.close()


class _Race:
    def __init__(self, call: RoutedCall, choices: Sequence[Choice]) -> None:
        self._call = call
        self._left = list(choices)
        self._running: dict[Running, Choice] = {}
        self._winner: Running | None = None
        self._has_hedged = False

    async def run(self, after: float) -> Completion:
        self._start(self._left.pop(0))
        while True:
            may_hedge = self._winner is None and bool(self._left) and not self._has_hedged
            done, _ = await asyncio.wait(
                self._running, timeout=after if may_hedge else None, return_when=asyncio.FIRST_COMPLETED
            )
            if not done and self._winner is None:
                self._has_hedged = True
                self._start(Choice(self._left.pop(0).candidate, HEDGE))
            for task in done:
                choice = self._running.pop(task)
                if not task.cancelled() and (completion := await self._ended(task, choice)) is not None:
                    return completion

    async def close(self) -> None:
        """Ends what still runs, so that all that was used is counted."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _ended(self, task: Running, choice: Choice) -> Completion | None:
        """The answer of a call that has ended; None where others are still to come."""
        error = task.exception()
        if error is None:
            return task.result()
        if not isinstance(error, ServiceError):
            raise error
        if task is not self._winner and self._running and self._may_mend(error, choice):
            return None
        self._left = list(await self._call.next_after(error, choice, self._left))
        if not self._left:
            raise error
        self._winner = None
        self._start(self._left.pop(0))
        return None

    def _may_mend(self, error: ServiceError, choice: Choice) -> bool:
        """Whether a call that still runs may answer where this one could not. What is wrong with the model that was
        only to be faster costs no answer.
        """
        if isinstance(error, ContextLengthExceeded):
            return bool(larger([*self._running.values()], choice.candidate))
        return isinstance(error, MENDABLE) or choice.reason == HEDGE

    def _start(self, choice: Choice) -> None:
        def claim() -> bool:
            if self._winner is None:
                self._winner = task
                for other in self._running:
                    if other is not task:
                        other.cancel()
            return self._winner is task

        task: Running = asyncio.create_task(self._call.attempt(choice, is_last=not self._left, claim=claim))
        self._running[task] = choice
