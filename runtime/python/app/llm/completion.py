"""Completions by any provider: whole, as a stream, and as a step of a workflow. `app.nodes.llm` names them for each."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Generic, Protocol, TypeVar

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
from app.runtime.events import EventSink, Place, encode

Event = Piece | FunctionCallReady | UsageReported | Done
"""What a stream consists of: pieces as they come, then each complete function call, the usage, and the whole answer."""

ConfigT = TypeVar("ConfigT", bound=CompletionConfig)


class Writer(Protocol):
    """Takes an answer as it comes: what each read has brought, which it may be slow about, and the end."""

    def write(self, events: Sequence[Piece]) -> Awaitable[None]: ...  # noqa: D102

    async def end(self, completion: Completion) -> None: ...  # noqa: D102


class AnswerWriter:
    """Writes the events of one answer as it comes; with `partial`, also the value of its JSON as it grows."""

    def __init__(self, sink: EventSink, place: Place, partial: PartialJson | None) -> None:
        self._sink = sink
        self._place = place
        self._key = encode(place)
        self._text = sink.text_frames(place)
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
        self._sink.begun.add(self._key)
        return self._sink.write(frames)

    async def end(self, completion: Completion) -> None:
        """Sends what only the complete answer tells: the whole value, and the function calls."""
        frames = b""
        if self._partial is not None and completion["parsed"] is not None:
            frames += self._partial.end(completion["parsed"])
        if completion["annotations"] or completion["extras"]:
            beside = {name: completion[name] for name in ("annotations", "extras")}
            frames += self._sink.frame("annotations", {**self._place, **beside})
        for call in completion["tool_calls"]:
            frames += self._sink.frame("function_call", {**self._place, **call})
        if frames:
            await self._sink.write(frames)
        self._sink.streamed(completion["content"] or "", token_count=self._token_count)

    def _frame(self, event: FunctionCallDelta | ReasoningDelta) -> bytes:
        if isinstance(event, ReasoningDelta):
            return self._sink.frame("reasoning", {"text": event.text, **self._place})
        return self._sink.frame("function_call_delta", {**self._place, **asdict(event)})


class ModelFunctions(Generic[ConfigT]):
    """How the models of a provider are asked; `provider_of` says who answers a request.

    Whatever goes wrong is a ServiceError, by class and `code`; see `app.llm.errors`.
    """

    def __init__(self, provider_of: Callable[[ConfigT], Provider]) -> None:
        self._provider_of = provider_of

    async def execute(self, ctx: ExecutionContext, config: ConfigT) -> Completion:
        """Asks the model and gives its whole answer."""
        return await answered(ModelCall(ctx, self._provider_of(config), config, stream=False))

    async def stream(self, ctx: ExecutionContext, config: ConfigT) -> AsyncGenerator[str]:
        """Asks the model and gives the text of its answer piece by piece; function calls are left out."""
        async with aclosing(self.events(ctx, config)) as events:
            async for event in events:
                if isinstance(event, str):
                    yield event

    async def events(self, ctx: ExecutionContext, config: ConfigT) -> AsyncGenerator[Event]:
        """Asks the model and gives its answer as events: text (`str`) and pieces of function calls as they come, then
        each complete function call, the usage, and `Done` with what `execute` would have returned.

        Leaving the loop early ends the call upstream once the generator is closed (`contextlib.aclosing`).
        """
        part: ModelCall | None = ModelCall(ctx, self._provider_of(config), config, stream=True)
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
        self, ctx: ExecutionContext, config: ConfigT, *, node: str, streamed: bool = False, one_call: bool = False
    ) -> Completion:
        """Runs a completion as the step `node` of a workflow, which goes on with the calls of the answer, if any.

        With `one_call` it goes on with one call alone: several at once are an error, so that none is lost. Calls that
        fit nothing that `config` declares are errors too.
        """
        provider = self._provider_of(config)
        answer = await complete(ctx, provider, config, node=node, streamed=streamed)
        calls = answer["tool_calls"]
        if calls and provider.parts.check_calls is not None:
            provider.parts.check_calls(config, calls, calls if one_call else (), node)
        # No step of a workflow goes on with it, and nobody else has to see it.
        answer.pop("message", None)
        return answer


async def complete(
    ctx: ExecutionContext, provider: Provider, config: CompletionConfig, *, node: str, streamed: bool
) -> Completion:
    """Runs a completion as the step `node` of a workflow.

    With `streamed`, and when the caller of the run listens, text and function calls go out to the caller as they come.
    In a workflow a refusal is an error, so that no step goes on with an answer that is not there.

    Raises:
        ServiceError: everything that can go wrong, and `Refused`; `node` is filled in.
    """
    sink = ctx.sink
    streamed = streamed and sink is not None
    part = ModelCall(ctx, provider, config, stream=streamed, node=node)
    writer: AnswerWriter | None = None
    if sink is not None and streamed:
        place = ctx.place(node)
        writer = AnswerWriter(sink, place, part.partial_json(sink, place))
    completion = await answered(part, writer, refuse=True)
    if sink is not None:
        sink.finish_reason = completion["finish_reason"]
    return completion


async def answered(part: ModelCall, writer: Writer | None = None, *, refuse: bool = False) -> Completion:
    """One answer, which `writer` gets as it comes; in several parts where the provider pauses it. With `refuse`, one
    that the model declines is the error `Refused`.
    """
    while True:
        async with part as call:
            if writer is None:
                await call.read_whole()
            else:
                await call.pass_on(writer.write)
            completion = call.finish()
            rest = call.rest()
            if rest is None:
                if writer is not None:
                    await writer.end(completion)
                if refuse and completion["refusal"] is not None:
                    raise Refused("The model declined to answer.", refusal=completion["refusal"])
                return completion
        part = rest
