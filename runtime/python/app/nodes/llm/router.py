"""Completions by one of several models: whole, as a stream, and as a step of a workflow.

    router = Router(by_cost)  # app.llm.router.orders has the strategies
    candidates = [Candidate(OPENAI, {"model": "gpt-5.4-mini"}), Candidate(ANTHROPIC, {"model": "claude-haiku-5-5"})]
    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_llm_router(ctx, router, candidates, {"messages": [...]})
        async for text in stream_llm_router(ctx, router, candidates, {"messages": [...]}):
            ...

The next candidate is asked where one cannot answer, as long as nothing of its answer has left. Which model has
answered, why, and which were asked before is in `route` of the answer.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from app.llm.router.candidates import Candidate as Candidate
from app.llm.router.candidates import RoutedCompletion as RoutedCompletion
from app.llm.router.candidates import RoutedCompletionOf as RoutedCompletionOf
from app.llm.router.events import stream_llm_router_events as stream_llm_router_events
from app.llm.router.health import Pace as Pace
from app.llm.router.routing import RoutedCall
from app.llm.router.routing import Router as Router
from app.llm.router.step import Candidates
from app.llm.router.step import complete_routed as complete_routed
from app.llm.types import CompletionConfig, RequestConfig
from app.runtime.context import ExecutionContext


async def execute_llm_router(
    ctx: ExecutionContext,
    router: Router,
    candidates: Candidates,
    request: RequestConfig,
    *,
    fallback: Candidate[CompletionConfig] | None = None,
    sticky: Any = None,
) -> RoutedCompletion:
    """Has one of the candidates answer and gives its whole answer; see `complete_routed`.

    Raises:
        NoRoute: there is no candidate.
        ServiceError: what went wrong with the last model that was asked; `attempts` of its details are all.
    """
    completion, _ = await RoutedCall(ctx, router, request, sticky=sticky).answer(candidates, fallback)
    return completion


async def stream_llm_router(
    ctx: ExecutionContext,
    router: Router,
    candidates: Candidates,
    request: RequestConfig,
    *,
    fallback: Candidate[CompletionConfig] | None = None,
    sticky: Any = None,
) -> AsyncGenerator[str]:
    """The text of the answer piece by piece. As text alone could not tell of it, no model begins anew.

    Raises:
        ServiceError: as `execute_llm_router`; text that has been given before stands.
    """
    router = replace(router, restarts=False)
    stream = stream_llm_router_events(ctx, router, candidates, request, fallback=fallback, sticky=sticky)
    async with aclosing(stream) as events:
        async for event in events:
            if isinstance(event, str):
                yield event
