"""A routed call whose models may call functions of the project, in rounds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from app.llm.provider import Parts
from app.llm.router.candidates import Asked, Attempt, Candidate, Choice, Order, Route, RoutedCompletion
from app.llm.router.routing import NO_CANDIDATE, NoRoute, Router
from app.llm.router.step import Candidates, ask_routed
from app.llm.tool_loop import Ask, run_tools
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
    rounds = RoutedRounds(router, candidates, node=node, fallback=fallback, sticky=sticky, streamed=streamed)

    async def ask(config: CompletionConfig) -> Completion:
        answer, by = await rounds.ask(ctx, config)
        rounds.add(answer, by)
        return answer

    return await run_routed_tools(
        ctx,
        ask,
        rounds,
        request,
        node=node,
        tools=tools,
        streamed=streamed,
        one_call=one_call,
        max_tool_rounds=max_tool_rounds,
    )


async def run_routed_tools(
    ctx: ExecutionContext,
    ask: Ask,
    rounds: "RoutedRounds",
    request: RequestConfig,
    *,
    node: str,
    tools: Sequence[Tool],
    streamed: bool,
    one_call: bool,
    max_tool_rounds: int,
) -> RoutedCompletion:
    """As `complete_routed_with_tools`, with `ask` between the loop and its `rounds`, to which it adds each answer.

    Raises:
        ServiceError: as `complete_routed_with_tools`.
    """
    # The loop asks no model of its own.
    config = cast("CompletionConfig", {**request, "model": ""})
    answer = await run_tools(
        ctx,
        ask,
        rounds.parts,
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


class RoutedRounds:
    """The rounds of one routed call whose models call functions, and who has answered them so far."""

    __slots__ = (
        "_attempts",
        "_candidates",
        "_fallback",
        "_last",
        "_node",
        "_reason",
        "_router",
        "_sticky",
        "_streamed",
        "_text",
    )

    def __init__(
        self,
        router: Router,
        candidates: Candidates,
        *,
        node: str,
        fallback: Candidate[CompletionConfig] | None,
        sticky: Any,
        streamed: bool,
    ) -> None:
        self._router = router
        self._candidates = candidates
        self._fallback = fallback
        self._sticky = sticky
        self._node = node
        self._streamed = streamed
        self._last: Candidate[CompletionConfig] | None = None
        self._text = ""
        self._attempts: list[Attempt] = []
        self._reason = ""

    @property
    def parts(self) -> Parts:
        """What the model calls of the project are made of.

        Raises:
            NoRoute: there is no candidate.
        """
        found = next((each.provider.parts for each in self._all if each is not None), None)
        if found is None:
            raise NoRoute(NO_CANDIDATE, node=self._node)
        return found

    async def ask(self, ctx: ExecutionContext, config: CompletionConfig) -> tuple[RoutedCompletion, int]:
        """The answer of the next round, and the place of who gave it among the candidates, of which the fallback is
        the last. Whoever has answered the round before is asked first.

        Raises:
            ServiceError: as `complete_routed`.
        """
        # The router chooses the model.
        request = cast("RequestConfig", {name: value for name, value in config.items() if name != "model"})
        router, candidates, fallback, last = self._router, self._candidates, self._fallback, self._last
        if last is not None:
            router = replace(router, order=_first_goes_on(router.order))
            candidates = [last, *(each for each in candidates if each is not None and each is not last)]
            fallback = None if last is fallback else fallback
        answer, by = await ask_routed(
            ctx,
            router,
            candidates,
            request,
            node=self._node,
            fallback=fallback,
            sticky=self._sticky,
            streamed=self._streamed,
            before=self._text,
        )
        return answer, next(place for place, each in enumerate(self._all) if each is by)

    def add(self, answer: RoutedCompletion, by: int) -> None:
        """Notes an answer, who gave it, and who was asked for it; the same model that goes on is no further attempt."""
        self._last = self._all[by]
        self._text += answer["content"] or ""
        route = answer["route"]
        if not self._attempts or len(route["attempts"]) > 1:
            self._reason = route["reason"]
        self._attempts += [each for each in route["attempts"] if not self._attempts or each != self._attempts[-1]]

    def route(self, last: Route) -> Route:
        """Who has answered in the end, and all that were asked on the way."""
        return {**last, "reason": self._reason, "attempts": self._attempts}

    @property
    def _all(self) -> Candidates:
        return [*self._candidates, self._fallback]
