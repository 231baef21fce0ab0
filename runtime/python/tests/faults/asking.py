"""The node's own functions in the four ways of asking, for tests that need no service around them."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.nodes.llm.anthropic import execute_anthropic_completion, stream_anthropic_events
from app.nodes.llm.openai import (
    Done,
    OpenAICompletion,
    OpenAIConfig,
    execute_openai_completion,
    stream_openai_completion,
    stream_openai_events,
)
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from tests.faults.scene import Way
from tests.upstream import CONFIG, Step, context_for, upstream

Ask = Callable[[ExecutionContext, OpenAIConfig], Awaitable[OpenAICompletion]]

BY_RESPONSES: OpenAIConfig = {**CONFIG, "api": "responses"}


async def streamed(ctx: ExecutionContext, config: OpenAIConfig) -> OpenAICompletion:
    """The result of a stream, which has to be the same as the pieces together."""
    pieces: list[str] = []
    completion: OpenAICompletion | None = None
    async for event in stream_openai_events(ctx, config):
        if isinstance(event, str):
            pieces.append(event)
        elif isinstance(event, Done):
            completion = event.completion
    assert completion is not None
    assert "".join(pieces) == (completion["content"] or "")
    return completion


async def streamed_by_claude(ctx: ExecutionContext, config: OpenAIConfig) -> OpenAICompletion:
    """As `streamed`, by the Messages API."""
    events = [event async for event in stream_anthropic_events(ctx, config)]  # pyright: ignore[reportArgumentType]
    done = events[-1]
    assert isinstance(done, Done)
    return done.completion


async def whole_by_claude(ctx: ExecutionContext, config: OpenAIConfig) -> OpenAICompletion:
    return await execute_anthropic_completion(ctx, config)  # pyright: ignore[reportArgumentType]


ASK: dict[Way, tuple[Ask, OpenAIConfig]] = {
    "chat_stream": (streamed, CONFIG),
    "chat_whole": (execute_openai_completion, CONFIG),
    "responses_stream": (streamed, BY_RESPONSES),
    "responses_whole": (execute_openai_completion, BY_RESPONSES),
    "messages_stream": (streamed_by_claude, CONFIG),
    "messages_whole": (whole_by_claude, CONFIG),
}
"""How to ask in each way, and with what."""


async def received(
    *script: Step, config: OpenAIConfig = CONFIG, **settings: Any
) -> tuple[str, ServiceError | None, ExecutionContext]:
    """The text of a stream, the error at its end, and the context with what was counted."""
    pieces: list[str] = []
    async with upstream(script) as server, context_for(server.url, **settings) as ctx:
        try:
            async for piece in stream_openai_completion(ctx, config):
                pieces.append(piece)  # noqa: PERF401
        except ServiceError as error:
            return "".join(pieces), error, ctx
        return "".join(pieces), None, ctx


async def failure(url: str, way: Way, **settings: Any) -> ServiceError:
    """The error of asking a server at that address, where there is one."""
    ask, config = ASK[way]
    async with context_for(url, **settings) as ctx:
        try:
            await ask(ctx, config)
        except ServiceError as error:
            return error
    raise AssertionError("It answered.")
