"""OpenAI chat completions: whole, as a stream, and as a step of a workflow.

    response = await execute_openai_completion(ctx, {"model": "gpt-5.4-mini", "messages": [...]})
    async for text in stream_openai_completion(ctx, {"model": "gpt-5.4-mini", "messages": [...]}):
        ...

All ways share one client per process, the same retries, deadlines and errors, and give the same `OpenAICompletion`.
https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.llm.call import ModelCall
from app.llm.frames import AnswerWriter
from app.llm.types import (
    CompletionOf,
    Done,
    FunctionCall,
    FunctionCallDelta,
    FunctionCallReady,
    FunctionSpec,
    Message,
    OpenAICompletion,
    OpenAIConfig,
    OpenAIEvent,
    Timeouts,
    Timing,
    ToolCall,
    ToolSpec,
    UsageReported,
)
from app.runtime.context import ExecutionContext
from app.runtime.errors import Refused
from app.runtime.usage import Usage

__all__ = [
    "CompletionOf",
    "Done",
    "FunctionCall",
    "FunctionCallDelta",
    "FunctionCallReady",
    "FunctionSpec",
    "Message",
    "OpenAICompletion",
    "OpenAIConfig",
    "OpenAIEvent",
    "Timeouts",
    "Timing",
    "ToolCall",
    "ToolSpec",
    "Usage",
    "UsageReported",
    "complete",
    "complete_round",
    "execute_openai_completion",
    "stream_openai_completion",
    "stream_openai_events",
]


async def execute_openai_completion(ctx: ExecutionContext, config: OpenAIConfig) -> OpenAICompletion:
    """Asks the model and gives its whole answer.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.runtime.errors`.
    """
    async with ModelCall(ctx, config, stream=False) as call:
        return await call.whole()


async def stream_openai_completion(ctx: ExecutionContext, config: OpenAIConfig) -> AsyncGenerator[str]:
    """Asks the model and gives the text of its answer piece by piece; function calls are left out.

    Raises:
        ServiceError: as `execute_openai_completion`; text that has been given before stands.
    """
    async with aclosing(stream_openai_events(ctx, config)) as events:
        async for event in events:
            if isinstance(event, str):
                yield event


async def stream_openai_events(ctx: ExecutionContext, config: OpenAIConfig) -> AsyncGenerator[OpenAIEvent]:
    """Asks the model and gives its answer as events: text (`str`) and pieces of function calls as they come, then each
    complete function call, the usage, and `Done` with what `execute_openai_completion` would have returned.

    Leaving the loop early ends the call upstream once the generator is closed (`contextlib.aclosing`).

    Raises:
        ServiceError: as `execute_openai_completion`; events that have been given before stand.
    """
    async with ModelCall(ctx, config, stream=True) as call:
        while (events := await call.events()) is not None:
            for event in events:
                yield event
        completion = call.finish()
        for tool_call in completion["tool_calls"]:
            yield FunctionCallReady(tool_call)
        yield UsageReported(completion["usage"], completion["cost_usd"])
        yield Done(completion)


async def complete(
    ctx: ExecutionContext, config: OpenAIConfig, *, node: str, streamed: bool = False
) -> OpenAICompletion:
    """Runs a completion as the step `node` of a workflow.

    With `streamed`, and when the caller of the run listens, text and function calls go out to the caller as they come.
    In a workflow a refusal is an error, so that no step goes on with an answer that is not there.

    Raises:
        ServiceError: as `execute_openai_completion`, and `Refused`; `node` is filled in.
    """
    completion = await complete_round(ctx, config, node=node, streamed=streamed)
    # No step of a workflow goes on with them, and nobody else has to see them.
    completion.pop("response_items", None)
    return completion


async def complete_round(
    ctx: ExecutionContext, config: OpenAIConfig, *, node: str, streamed: bool = False
) -> OpenAICompletion:
    """As `complete`, for a step that asks again with what the functions gave: `response_items` are left in."""
    sink = ctx.sink
    if sink is None or not streamed:
        async with ModelCall(ctx, config, stream=False, node=node) as call:
            completion = await call.whole()
            _refuse(completion)
    else:
        async with ModelCall(ctx, config, stream=True, node=node) as call:
            writer = AnswerWriter(sink, node, partial=call.expects_json)
            await call.pass_on(writer.write)
            completion = call.finish()
            await writer.end(completion)
            _refuse(completion)
    if sink is not None:
        sink.finish_reason = completion["finish_reason"]
    return completion


def _refuse(completion: OpenAICompletion) -> None:
    if completion["refusal"] is not None:
        raise Refused("The model declined to answer.", refusal=completion["refusal"])
