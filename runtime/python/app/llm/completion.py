"""Completions by any provider: whole, as events, and as a step of a workflow. The nodes' modules hand on to these."""

from collections.abc import AsyncGenerator

from app.llm.call import ModelCall
from app.llm.errors import Refused
from app.llm.frames import AnswerWriter, Writer
from app.llm.provider import Provider
from app.llm.types import Completion, CompletionConfig, Done, FunctionCallReady, Piece, UsageReported
from app.runtime.context import ExecutionContext

Event = Piece | FunctionCallReady | UsageReported | Done
"""What a stream consists of: pieces as they come, then each complete function call, the usage, and the whole answer."""


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
