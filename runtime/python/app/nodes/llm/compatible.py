"""Completions by any server that speaks Chat Completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        config = {"provider": "ollama", "model": "qwen3", "messages": [...]}
        response = await execute_compatible_completion(ctx, config)
        async for text in stream_compatible_completion(ctx, config):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`CompatibleCompletion`. What a server is called, and where it is, says `app.llm.providers.compatible`.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.llm import completion
from app.llm.completion import Event as CompatibleEvent
from app.llm.parts import COMPATIBLE
from app.llm.providers.compatible import CompatibleConfig as CompatibleConfig
from app.llm.types import Completion as CompatibleCompletion
from app.runtime.context import ExecutionContext


async def execute_compatible_completion(ctx: ExecutionContext, config: CompatibleConfig) -> CompatibleCompletion:
    """Asks the model and gives its whole answer.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.llm.errors`.
    """
    return await completion.execute(ctx, COMPATIBLE[config["provider"]], config)


async def stream_compatible_completion(ctx: ExecutionContext, config: CompatibleConfig) -> AsyncGenerator[str]:
    """Asks the model and gives the text of its answer piece by piece; function calls are left out.

    Raises:
        ServiceError: as `execute_compatible_completion`; text that has been given before stands.
    """
    async with aclosing(stream_compatible_events(ctx, config)) as events:
        async for event in events:
            if isinstance(event, str):
                yield event


def stream_compatible_events(ctx: ExecutionContext, config: CompatibleConfig) -> AsyncGenerator[CompatibleEvent]:
    """Asks the model and gives its answer as events: text (`str`) and pieces of function calls as they come, then each
    complete function call, the usage, and `Done` with what `execute_compatible_completion` would have returned.

    Leaving the loop early ends the call upstream once the generator is closed (`contextlib.aclosing`).

    Raises:
        ServiceError: as `execute_compatible_completion`; events that have been given before stand.
    """
    return completion.stream_events(ctx, COMPATIBLE[config["provider"]], config)


async def complete_by_compatible(
    ctx: ExecutionContext, config: CompatibleConfig, *, node: str, streamed: bool = False, one_call: bool = False
) -> CompatibleCompletion:
    """Runs a completion as the step `node` of a workflow; see `app.llm.completion.complete`.

    `function_call` of the answer is the first call that the model asks for, `tool_calls` has all. With `one_call` the
    workflow goes on with that one alone: several at once are an error, so that none is lost.

    Raises:
        ServiceError: as `execute_compatible_completion`, `Refused`, and `InvalidToolArguments` for a call of a function
            that `config` does not declare or whose parameters it does not fit, or one of several; `node` is filled in.
    """
    server = COMPATIBLE[config["provider"]]
    return await completion.complete_step(ctx, server, config, node=node, streamed=streamed, one_call=one_call)
