"""Runs that may not take longer than they are given."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError

Input = TypeVar("Input")


class RunTimeout(ServiceError, code="run_timeout", title="Run timed out", status=504):
    """The run took longer than the workflow's `timeout`; what it was doing was cancelled."""

    hint = "Try again later, or give the workflow more time."
    retryable = True
    for_caller = ("timeout_s",)
    callers_hint = "Try again later, or ask for less."


def timed(
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]],
    seconds: float,
    left: Callable[[], float] | None = None,
) -> Callable[[ExecutionContext, Input], Awaitable[Reply]]:
    """A workflow's `run` that ends with `RunTimeout` after so many seconds; `left` says how many of them remain of a
    run that has begun before.
    """

    async def run_within(ctx: ExecutionContext, inputs: Input) -> Reply:
        limit = asyncio.timeout(seconds if left is None else left())
        try:
            async with limit:
                return await run(ctx, inputs)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise RunTimeout(f"The run took longer than {seconds:g} s.", timeout_s=seconds) from error

    return run_within
