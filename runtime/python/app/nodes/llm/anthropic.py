"""Claude completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_anthropic_completion(ctx, {"model": "claude-haiku-5-5", "messages": [...]})
        async for text in stream_anthropic_completion(ctx, {"model": "claude-haiku-5-5", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`AnthropicCompletion`. https://platform.claude.com/docs/en/api/messages
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from app.llm import completion
from app.llm.apis.messages.config import MessagesConfig as AnthropicConfig
from app.llm.completion import Event as AnthropicEvent
from app.llm.parts import ANTHROPIC
from app.llm.types import Completion as AnthropicCompletion
from app.llm.types import CompletionOf as CompletionOf
from app.llm.types import Done as Done
from app.llm.types import FunctionCall as FunctionCall
from app.llm.types import FunctionCallDelta as FunctionCallDelta
from app.llm.types import FunctionCallReady as FunctionCallReady
from app.llm.types import FunctionSpec as FunctionSpec
from app.llm.types import Message as Message
from app.llm.types import ReasoningDelta as ReasoningDelta
from app.llm.types import Timeouts as Timeouts
from app.llm.types import Timing as Timing
from app.llm.types import ToolCall as ToolCall
from app.llm.types import ToolSpec as ToolSpec
from app.llm.types import UsageReported as UsageReported
from app.runtime.context import ExecutionContext


async def execute_anthropic_completion(ctx: ExecutionContext, config: AnthropicConfig) -> AnthropicCompletion:
    """Asks the model and gives its whole answer.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.llm.errors`.
    """
    return await completion.execute(ctx, ANTHROPIC, config)


async def stream_anthropic_completion(ctx: ExecutionContext, config: AnthropicConfig) -> AsyncGenerator[str]:
    """Asks the model and gives the text of its answer piece by piece; function calls are left out.

    Raises:
        ServiceError: as `execute_anthropic_completion`; text that has been given before stands.
    """
    async with aclosing(stream_anthropic_events(ctx, config)) as events:
        async for event in events:
            if isinstance(event, str):
                yield event


def stream_anthropic_events(ctx: ExecutionContext, config: AnthropicConfig) -> AsyncGenerator[AnthropicEvent]:
    """Asks the model and gives its answer as events: text (`str`) and pieces of function calls as they come, then each
    complete function call, the usage, and `Done` with what `execute_anthropic_completion` would have returned.

    Leaving the loop early ends the call upstream once the generator is closed (`contextlib.aclosing`).

    Raises:
        ServiceError: as `execute_anthropic_completion`; events that have been given before stand.
    """
    return completion.stream_events(ctx, ANTHROPIC, config)


async def complete_anthropic(
    ctx: ExecutionContext, config: AnthropicConfig, *, node: str, streamed: bool = False, one_call: bool = False
) -> AnthropicCompletion:
    """Runs a completion as the step `node` of a workflow; see `app.llm.completion.complete`.

    `function_call` of the answer is the first call that the model asks for, `tool_calls` has all. With `one_call` the
    workflow goes on with that one alone: several at once are an error, so that none is lost.

    Raises:
        ServiceError: as `execute_anthropic_completion`, `Refused`, and `InvalidToolArguments` for a call of a function
            that `config` does not declare or whose parameters it does not fit, or one of several; `node` is filled in.
    """
    return await completion.complete_step(ctx, ANTHROPIC, config, node=node, streamed=streamed, one_call=one_call)
