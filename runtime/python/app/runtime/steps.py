"""How a workflow takes a step that may hang or fail: with a time limit, again, or so that the run goes on after it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import uniform
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.log import log_event
from app.runtime.problems import told_to_operator

Given = ParamSpec("Given")
Result = TypeVar("Result")

_LONGEST_WAIT = 60.0

sleep = asyncio.sleep
"""What waits before another attempt; tests may put something faster in its place."""


class StepTimeout(ServiceError, code="step_timeout", title="Step timed out", status=504):
    """An attempt at a step took longer than its `timeout`; what it was waiting for was cancelled."""

    hint = "Try again later, or give the step more time."
    retryable = True
    for_caller = ("timeout_s",)


class StepFailed(Exception):
    """A step failed whose failure the workflow handles; `problem` is the problem object of RFC 9457."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["title"])
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a step that failed is tried again.

    `backoff` seconds pass before the first time and twice as many before each further one, up to a minute and up to a
    half less, so that runs that failed together do not come back together. `on` are the codes of errors after which it
    is tried again; when left out, those that may pass by themselves, and whatever a function of the project raises.
    """

    max: int
    backoff: float = 1.0
    on: tuple[str, ...] | None = None

    def cover(self, error: ServiceError) -> bool:
        """Whether trying again may help after that error."""
        if self.on is not None:
            return error.code in self.on
        return error.retryable or error.code == "function_failed"

    def wait_seconds(self, tried: int, error: ServiceError) -> float:
        """How long to wait after `tried` retries; at least as long as the server said that was asked."""
        wait = min(self.backoff * 2**tried, _LONGEST_WAIT) * uniform(0.5, 1)
        return max(wait, error.details.get("retry_after_s") or 0)


@dataclass(frozen=True, slots=True)
class Step:
    """The step `node`: an attempt at it may take `timeout` seconds, and is repeated as `retries` say."""

    node: str
    timeout: float | None = None
    retries: Retries | None = None

    async def run(
        self,
        call: Callable[Concatenate[ExecutionContext, Given], Awaitable[Result]],
        ctx: ExecutionContext,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """What `call(ctx, …)` gives. An answer of which the caller has read a part is not begun again.

        Raises:
            StepTimeout: the last attempt took too long.
            ServiceError: it failed.
        """
        tried = 0
        place = b"" if ctx.sink is None else encode(ctx.place(self.node))
        while True:
            if ctx.sink is not None:
                ctx.sink.begun.discard(place)
            try:
                return await self._attempted(call(ctx, *args, **kwargs))
            except ServiceError as error:
                error.node = error.node or self.node
                retries = self.retries
                has_begun = ctx.sink is not None and place in ctx.sink.begun
                if retries is None or tried >= retries.max or has_begun or not retries.cover(error):
                    raise
                wait = retries.wait_seconds(tried, error)
                if wait > max(_LONGEST_WAIT, ctx.settings.max_retry_wait_seconds):
                    raise
                tried += 1
                log_event(
                    "step_retry",
                    execution_id=ctx.execution_id,
                    node=self.node,
                    code=error.code,
                    retry=tried,
                    details={"items": rounds} if (rounds := _rounds(ctx, error)) else None,
                )
            await sleep(wait)

    async def attempt(
        self,
        call: Callable[Concatenate[ExecutionContext, Given], Awaitable[Result]],
        ctx: ExecutionContext,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """As `run`, for a workflow that goes on when it fails.

        Raises:
            StepFailed: it failed.
        """
        return await caught(ctx, self.node, self.run(call, ctx, *args, **kwargs))

    async def _attempted(self, running: Awaitable[Result]) -> Result:
        if self.timeout is None:
            return await running
        limit = asyncio.timeout(self.timeout)
        try:
            async with limit:
                return await running
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise StepTimeout(
                f"The step took longer than {self.timeout:g} s.", node=self.node, timeout_s=self.timeout
            ) from error


async def caught(ctx: ExecutionContext, node: str, running: Awaitable[Result]) -> Result:
    """What a step gives; its failure is written to the log, with the rounds of loops that it failed in.

    Raises:
        StepFailed: it failed.
    """
    try:
        return await running
    except ServiceError as error:
        if rounds := _rounds(ctx, error):
            error.details["items"] = rounds
        told = {name: value for name, value in told_to_operator(error).items() if name in _TOLD}
        log_event("step_failed", execution_id=ctx.execution_id, node=node, code=error.code, **told)
        raise StepFailed(error.problem()) from error


_TOLD = ("detail", "details", "traceback")


def _rounds(ctx: ExecutionContext, error: ServiceError) -> list[Any]:
    """Those that the step is in, and behind them those of loops in a workflow that it has called."""
    return [*ctx.rounds, *error.details.get("items", [])]
