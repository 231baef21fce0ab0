"""Completions by deployments at Azure: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_azure_openai_completion(ctx, {"model": "my-deployment", "messages": [...]})
        async for text in stream_azure_openai_completion(ctx, {"model": "my-deployment", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`AzureCompletion`. https://learn.microsoft.com/azure/ai-foundry/openai/reference
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.llm import completion
from app.llm.completion import Event as AzureEvent
from app.llm.parts import AZURE_OPENAI
from app.llm.types import Completion as AzureCompletion
from app.llm.types import CompletionConfig as AzureConfig
from app.runtime.context import ExecutionContext


async def execute_azure_openai_completion(ctx: ExecutionContext, config: AzureConfig) -> AzureCompletion:
    """Asks the model and gives its whole answer.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.llm.errors`.
    """
    return await completion.execute(ctx, AZURE_OPENAI, config)


async def stream_azure_openai_completion(ctx: ExecutionContext, config: AzureConfig) -> AsyncGenerator[str]:
    """Asks the model and gives the text of its answer piece by piece; function calls are left out.

    Raises:
        ServiceError: as `execute_azure_openai_completion`; text that has been given before stands.
    """
    async with aclosing(stream_azure_openai_events(ctx, config)) as events:
        async for event in events:
            if isinstance(event, str):
                yield event


def stream_azure_openai_events(ctx: ExecutionContext, config: AzureConfig) -> AsyncGenerator[AzureEvent]:
    """Asks the model and gives its answer as events: text (`str`) and pieces of function calls as they come, then each
    complete function call, the usage, and `Done` with what `execute_azure_openai_completion` would have returned.

    Leaving the loop early ends the call upstream once the generator is closed (`contextlib.aclosing`).

    Raises:
        ServiceError: as `execute_azure_openai_completion`; events that have been given before stand.
    """
    return completion.stream_events(ctx, AZURE_OPENAI, config)


async def complete_by_azure(
    ctx: ExecutionContext, config: AzureConfig, *, node: str, streamed: bool = False, one_call: bool = False
) -> AzureCompletion:
    """Runs a completion as the step `node` of a workflow; see `app.llm.completion.complete`.

    `function_call` of the answer is the first call that the model asks for, `tool_calls` has all. With `one_call` the
    workflow goes on with that one alone: several at once are an error, so that none is lost.

    Raises:
        ServiceError: as above, `Refused`, and `InvalidToolArguments` for a call of a function
            that `config` does not declare or whose parameters it does not fit, or one of several; `node` is filled in.
    """
    return await completion.complete_step(ctx, AZURE_OPENAI, config, node=node, streamed=streamed, one_call=one_call)
