"""Groq completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_groq_completion(ctx, {"model": "openai/gpt-oss-120b", "messages": [...]})
        async for text in stream_groq_completion(ctx, {"model": "openai/gpt-oss-120b", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`GroqCompletion`. https://console.groq.com/docs/text-chat
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.llm import completion
from app.llm.completion import Event as GroqEvent
from app.llm.parts import GROQ
from app.llm.providers.groq import GroqConfig as GroqConfig
from app.llm.types import Completion as GroqCompletion
from app.runtime.context import ExecutionContext


async def execute_groq_completion(ctx: ExecutionContext, config: GroqConfig) -> GroqCompletion:
    """Asks the model and gives its whole answer.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.llm.errors`.
    """
    return await completion.execute(ctx, GROQ, config)


async def stream_groq_completion(ctx: ExecutionContext, config: GroqConfig) -> AsyncGenerator[str]:
    """Asks the model and gives the text of its answer piece by piece; function calls are left out.

    Raises:
        ServiceError: as `execute_groq_completion`; text that has been given before stands.
    """
    async with aclosing(stream_groq_events(ctx, config)) as events:
        async for event in events:
            if isinstance(event, str):
                yield event


def stream_groq_events(ctx: ExecutionContext, config: GroqConfig) -> AsyncGenerator[GroqEvent]:
    """Asks the model and gives its answer as events: text (`str`) and pieces of function calls as they come, then each
    complete function call, the usage, and `Done` with what `execute_groq_completion` would have returned.

    Leaving the loop early ends the call upstream once the generator is closed (`contextlib.aclosing`).

    Raises:
        ServiceError: as `execute_groq_completion`; events that have been given before stand.
    """
    return completion.stream_events(ctx, GROQ, config)


async def complete_by_groq(
    ctx: ExecutionContext, config: GroqConfig, *, node: str, streamed: bool = False, one_call: bool = False
) -> GroqCompletion:
    """Runs a completion as the step `node` of a workflow; see `app.llm.completion.complete`.

    `function_call` of the answer is the first call that the model asks for, `tool_calls` has all. With `one_call` the
    workflow goes on with that one alone: several at once are an error, so that none is lost.

    Raises:
        ServiceError: as `execute_groq_completion`, `Refused`, and `InvalidToolArguments` for a call of a function
            that `config` does not declare or whose parameters it does not fit, or one of several; `node` is filled in.
    """
    return await completion.complete_step(ctx, GROQ, config, node=node, streamed=streamed, one_call=one_call)
