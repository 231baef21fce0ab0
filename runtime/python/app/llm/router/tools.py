"""A routed call whose models may call functions of the project, in rounds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from app.llm.router.candidates import Asked, Attempt, Candidate, Choice, Order, Route, RoutedCompletion
from app.llm.router.routing import Router
from app.llm.router.step import Candidates, ask_routed
from app.llm.tool_loop import run_tools
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
    """As `complete_routed`, with functions of the project for the model to call; see `complete_with_tools`.

    The model that has answered the first round is asked first in all others, as it goes on with its own thoughts;
    another one gets the conversation without these.

    Raises:
        ServiceError: as `complete_routed` and `complete_with_tools`.
    """
    given = [each for each in candidates if each is not None]
    parts = next(each.provider.parts for each in (*given, fallback) if each is not None)
    rounds = _Rounds()

    async def ask(config: CompletionConfig) -> Completion:
        asked = request_of(config)
        if rounds.last is None:
            answer, rounds.last = await ask_routed(
                ctx, router, candidates, asked, node=node, fallback=fallback, sticky=sticky, streamed=streamed
            )
        else:
            others = [each for each in given if each is not rounds.last]
            again = replace(router, order=_first_goes_on(router.order))
            after = None if rounds.last is fallback else fallback
            answer, rounds.last = await ask_routed(
                ctx,
                again,
                [rounds.last, *others],
                asked,
                node=node,
                fallback=after,
                sticky=sticky,
                streamed=streamed,
                before=rounds.text,
            )
        rounds.add(answer)
        return answer

    def request_of(config: CompletionConfig) -> RequestConfig:
        """What the loop asks, without the model, which the router chooses."""
        return cast("RequestConfig", {name: value for name, value in config.items() if name != "model"})

    # The loop asks no model of its own.
    config = cast("CompletionConfig", {**request, "model": ""})
    answer = await run_tools(
        ctx,
        ask,
        parts,
        config,
        node=node,
        tools=tools,
        streamed=streamed,
        one_call=one_call,
        max_tool_rounds=max_tool_rounds,
    )
    routed = cast("RoutedCompletion", answer)
    routed["route"] = rounds.route(routed["route"])
    return routed


def _first_goes_on(order: Order) -> Order:
    """The first candidate before all others, which the strategy orders."""

    def ordered(candidates: Sequence[Candidate[CompletionConfig]], asked: Asked) -> list[Choice]:
        first, *others = candidates
        return [Choice(first, first.reason), *(order(others, asked) if others else ())]

    return ordered


class _Rounds:
    """Who has answered the rounds so far."""

    __slots__ = ("_attempts", "_reason", "last", "text")

    def __init__(self) -> None:
        self.last: Candidate[CompletionConfig] | None = None
        self.text = ""
        """What they have said."""
        self._attempts: list[Attempt] = []
        self._reason = ""

    def add(self, answer: RoutedCompletion) -> None:
        """Notes an answer and who was asked for it; the same model that goes on is no further attempt."""
        self.text += answer["content"] or ""
        route = answer["route"]
        if not self._attempts or len(route["attempts"]) > 1:
            self._reason = route["reason"]
        self._attempts += [each for each in route["attempts"] if not self._attempts or each != self._attempts[-1]]

    def route(self, last: Route) -> Route:
        """Who has answered in the end, and all that were asked on the way."""
        return {**last, "reason": self._reason, "attempts": self._attempts}
