"""A routed call as a stream of events, for those who ask by hand."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from app.llm.call import ModelCall
from app.llm.completion import Event
from app.llm.router.candidates import Candidate
from app.llm.router.routing import RoutedCall, Router
from app.llm.router.step import Candidates
from app.llm.types import Completion, CompletionConfig, Done, FunctionCallReady, RequestConfig, UsageReported
from app.runtime.context import ExecutionContext


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which model answers, and why; before its first token."""

    provider: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """What has come so far does not count: the stream broke off, and another model begins anew."""


RoutedEvent = Event | Chosen | Restarted
"""The events of one answer; `Chosen` comes before those of each model, `Restarted` between two."""


class _Channel:
    """From the call, which pushes, to the loop that takes its events, which it waits for."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Sequence[RoutedEvent] | None] = asyncio.Queue(1)
        self._held: list[RoutedEvent] = []

    def writer(self, part: ModelCall) -> "_Channel":
        return self

    def chosen(self, candidate: Candidate[CompletionConfig], reason: str) -> None:
        self._held.append(Chosen(*candidate.name, reason))

    def restart(self) -> Awaitable[None]:
        return self._queue.put([Restarted()])

    def write(self, events: Sequence[RoutedEvent]) -> Awaitable[None]:
        held, self._held = self._held, []
        return self._queue.put([*held, *events])

    async def end(self, completion: Completion) -> None:
        if self._held:
            await self.write(())

    async def close(self) -> None:
        await self._queue.put(None)

    async def next(self) -> Sequence[RoutedEvent] | None:
        return await self._queue.get()


async def stream_llm_router_events(
    ctx: ExecutionContext,
    router: Router,
    candidates: Candidates,
    request: RequestConfig,
    *,
    fallback: Candidate[CompletionConfig] | None = None,
    sticky: Any = None,
) -> AsyncGenerator[RoutedEvent]:
    """The answer as events: who answers, text (`str`) and pieces of function calls as they come, a restart where the
    router has these, each complete function call, the usage, and `Done` with the answer, a `RoutedCompletion`.

    Raises:
        ServiceError: as `RoutedCall.answer`; events that have been given before stand.
    """
    channel = _Channel()
    call = RoutedCall(ctx, router, request, sticky=sticky, audience=channel)

    async def run() -> Completion:
        try:
            completion, _ = await call.answer(candidates, fallback)
            return completion
        finally:
            await channel.close()

    running = asyncio.create_task(run())
    try:
        while (events := await channel.next()) is not None:
            for event in events:
                yield event
        completion = await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    for tool_call in completion["tool_calls"]:
        yield FunctionCallReady(tool_call)
    yield UsageReported(completion["usage"], completion["cost_usd"])
    yield Done(completion)
