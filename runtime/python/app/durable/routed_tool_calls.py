"""Routed models that call functions, in a durable run: with each answer it is kept which candidate gave it."""

from collections.abc import Sequence
from typing import Any

from app.durable.lanes import LANE
from app.durable.tool_calls import recorded_answer, recorded_tools
from app.llm.router.candidates import Candidate, RoutedCompletion
from app.llm.router.routing import Router
from app.llm.router.step import Candidates
from app.llm.router.tools import RoutedRounds, run_routed_tools
from app.llm.tools import Tool
from app.llm.types import Completion, CompletionConfig, RequestConfig
from app.runtime.context import ExecutionContext


async def complete_routed_with_tools(
    ctx: ExecutionContext,
    router: Router,
    candidates: Candidates,
    request: RequestConfig,
    *,
    node: str,
    tools: Sequence[Tool],
    fallback: Candidate[CompletionConfig] | None = None,
    sticky: Any = None,
    streamed: bool = False,
    one_call: bool = False,
    max_tool_rounds: int = 8,
) -> RoutedCompletion:
    """As in `app.llm.router.tools`. A run that is taken up goes on with the candidate that has answered so far.

    Raises:
        ServiceError: as there.
    """
    lane = LANE.get()
    rounds = RoutedRounds(router, candidates, node=node, fallback=fallback, sticky=sticky, streamed=streamed)

    async def ask(config: CompletionConfig) -> Completion:
        async def answer(ctx: ExecutionContext) -> dict[str, Any]:
            answer, by = await rounds.ask(ctx, config)
            return {"answer": answer, "by": by}

        given = await (answer(ctx) if lane is None else recorded_answer(ctx, lane, node, answer))
        rounds.add(given["answer"], given["by"])
        return given["answer"]

    return await run_routed_tools(
        ctx,
        ask,
        rounds,
        request,
        node=node,
        tools=tools if lane is None else recorded_tools(tools, lane),
        streamed=streamed,
        one_call=one_call,
        max_tool_rounds=max_tool_rounds,
    )
