"""Completions by any provider: whole, as events, and as a step of a workflow. The nodes' modules hand on to these."""

from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import Protocol

from msgspec.structs import asdict

from app.llm.call import ModelCall
from app.llm.errors import Refused
from app.llm.provider import PartialJson, Provider
from app.llm.types import (
    Completion,
    CompletionConfig,
    Done,
    FunctionCallDelta,
    FunctionCallReady,
    Piece,
    ReasoningDelta,
    UsageReported,
)
from app.runtime.context import ExecutionContext
from app.runtime.events import EventSink

Event = Piece | FunctionCallReady | UsageReported | Done
"""What a stream consists of: pieces as they come, then each complete function call, the usage, and the whole answer."""


class Writer(Protocol):
    """Takes an answer as it comes: what each read has brought, which it may be slow about, and the end."""

    def write(self, events: Sequence[Piece]) -> Awaitable[None]: ...  # noqa: D102

    async def end(self, completion: Completion) -> None: ...  # noqa: D102


class AnswerWriter:
    """Writes the events of one answer of `node` as it comes; with `partial`, also the value of its JSON as it grows."""

    def __init__(self, sink: EventSink, node: str, partial: PartialJson | None) -> None:
        self._sink = sink
        self._node = node
        self._text = sink.text_frames(node)
        self._token_count = 0
        self._partial = partial

    def write(self, events: Sequence[Piece]) -> Awaitable[None]:
        """Sends all that one read has brought at once; to be awaited, which is what slows the reading down."""
        frames = b""
        for event in events:
            if isinstance(event, str):
                self._token_count += 1
                frames += self._text(event)
            else:
                frames += self._frame(event)
        if self._partial is not None:
            frames += self._partial.after(events)
        self._sink.begun.add(self._node)
        return self._sink.write(frames)

    async def end(self, completion: Completion) -> None:
        """Sends what only the complete answer tells: the whole value, and the function calls."""
        frames = b""
        if self._partial is not None and completion["parsed"] is not None:
            frames += self._partial.end(completion["parsed"])
        if completion["annotations"] or completion["extras"]:
            beside = {name: completion[name] for name in ("annotations", "extras")}
            frames += self._sink.frame("annotations", {"node": self._node, **beside})
        for call in completion["tool_calls"]:
            frames += self._sink.frame("function_call", {"node": self._node, **call})
        if frames:
            await self._sink.write(frames)
        self._sink.streamed(completion["content"] or "", token_count=self._token_count)

    def _frame(self, event: FunctionCallDelta | ReasoningDelta) -> bytes:
        if isinstance(event, ReasoningDelta):
            return self._sink.frame("reasoning", {"text": event.text, "node": self._node})
        return self._sink.frame("function_call_delta", {"node": self._node, **asdict(event)})


async def execute(ctx: ExecutionContext, provider: Provider, config: CompletionConfig) -> Completion:
    """Asks the model and gives its whole answer.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.llm.errors`.
    """
    return await whole_answer(ModelCall(ctx, provider, config, stream=False))


async def stream_events(ctx: ExecutionContext, provider: Provider, config: CompletionConfig) -> AsyncGenerator[Event]:
    """Asks the model and gives its answer as events; the last is `Done` with what `execute` would have returned.

    Raises:
        ServiceError: as `execute`; events that have been given before stand.
    """
    part: ModelCall | None = ModelCall(ctx, provider, config, stream=True)
    while part is not None:
        async with part as call:
            while (events := await call.events()) is not None:
                for event in events:
                    yield event
            completion = call.finish()
            part = call.rest()
            if part is None:
                for tool_call in completion["tool_calls"]:
                    yield FunctionCallReady(tool_call)
                yield UsageReported(completion["usage"], completion["cost_usd"])
                yield Done(completion)


async def complete(
    ctx: ExecutionContext, provider: Provider, config: CompletionConfig, *, node: str, streamed: bool
) -> Completion:
    """Runs a completion as the step `node` of a workflow.

    With `streamed`, and when the caller of the run listens, text and function calls go out to the caller as they come.
    In a workflow a refusal is an error, so that no step goes on with an answer that is not there.

    Raises:
        ServiceError: as `execute`, and `Refused`; `node` is filled in.
    """
    sink = ctx.sink
    if sink is None or not streamed:
        completion = await whole_answer(ModelCall(ctx, provider, config, stream=False, node=node), refuse=True)
    else:
        part = ModelCall(ctx, provider, config, stream=True, node=node)
        completion = await passed_on(part, AnswerWriter(sink, node, part.partial_json(sink, node)))
    if sink is not None:
        sink.finish_reason = completion["finish_reason"]
    return completion


async def complete_step(
    ctx: ExecutionContext, provider: Provider, config: CompletionConfig, *, node: str, streamed: bool, one_call: bool
) -> Completion:
    """As `complete`, where the workflow itself goes on with the calls of the answer; with `one_call`, with one.

    Raises:
        ServiceError: as `complete`, and `InvalidToolArguments` for a call of a function that `config` does not declare
            or whose parameters it does not fit, and for several calls where there can be one.
    """
    answer = await complete(ctx, provider, config, node=node, streamed=streamed)
    check_calls, calls = provider.parts.check_calls, answer["tool_calls"]
    if check_calls is not None:
        check_calls(config, calls, calls if one_call else (), node)
    # No step of a workflow goes on with it, and nobody else has to see it.
    answer.pop("message", None)
    return answer


async def whole_answer(part: ModelCall, *, refuse: bool = False) -> Completion:
    """An answer in one piece, or in several where the provider pauses it."""
    while True:
        async with part as call:
            completion = await call.whole()
            rest = call.rest()
            if rest is None:
                if refuse:
                    _refuse(completion)
                return completion
        part = rest


async def passed_on(part: ModelCall, writer: Writer) -> Completion:
    """A stream that goes out as it comes, with what goes on where the provider pauses it."""
    while True:
        async with part as call:
            await call.pass_on(writer.write)
            completion = call.finish()
            rest = call.rest()
            if rest is None:
                await writer.end(completion)
                _refuse(completion)
                return completion
        part = rest


def _refuse(completion: Completion) -> None:
    if completion["refusal"] is not None:
        raise Refused("The model declined to answer.", refusal=completion["refusal"])
