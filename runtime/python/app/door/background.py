"""Runs that go on after their request has been answered, until they have ended or the service does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Request, Response
from pydantic import Field
from starlette.types import Message

from app.runtime.errors import ServiceError
from app.runtime.settings import BaseSettings


class Overloaded(ServiceError, code="overloaded", title="Too much to do", status=503):
    """So many runs go on in the background that no further one can begin."""

    hint = "Let more go on at once with MAX_BACKGROUND_RUNS, or start more processes."
    callers_hint = "Send it again later."
    retryable = True


class BackgroundSettings(BaseSettings):
    """What the operator can set for runs that nobody waits for."""

    max_background_runs: Annotated[int, Field(gt=0)] = 1000
    """Runs of webhooks that go on after their answer; further webhooks are refused with 503."""


class Background:
    """The runs of a process that nobody waits for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._most = BackgroundSettings.load().max_background_runs

    def check(self) -> None:
        """Raises Overloaded where no further run can begin."""
        if len(self._tasks) >= self._most:
            raise Overloaded("Too many runs go on.", headers={"Retry-After": "10"})

    def start(self, answer: Response, request: Request) -> None:
        """Lets a run go on whose answer nobody reads."""
        task = asyncio.create_task(answer(dict(request.scope), _never, _to_nobody))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Waits for the runs that go on, but no longer than this; then ends them."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


@asynccontextmanager
async def background_runs(_app: FastAPI) -> AsyncGenerator[dict[str, Background]]:
    """The lifespan of a router whose routes start such runs; `request.state.background` is where."""
    background = Background()
    try:
        yield {"background": background}
    finally:
        # A service that is to end has told its runs so, and ends them itself when DRAIN_SECONDS are over.
        await background.finish(300.0)


async def _never() -> Message:
    return await asyncio.get_running_loop().create_future()


async def _to_nobody(_message: Message) -> None:
    pass
