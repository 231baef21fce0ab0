"""A routed call as a step of a workflow, and what the caller of the run hears of it."""

from collections.abc import Awaitable, Sequence
from typing import Any, cast

from app.llm.call import ModelCall
from app.llm.completion import AnswerWriter
from app.llm.router.candidates import Candidate, RoutedCompletion
from app.llm.router.routing import RoutedCall, Router
from app.llm.types import CompletionConfig, RequestConfig
from app.runtime.context import ExecutionContext
from app.runtime.events import EventSink

Candidates = Sequence[Candidate[CompletionConfig] | None]


class Caller:
    """The caller of a run, who listens to a stream of the node at `place`. `before` is the text that it has said there
    in whole answers.
    """

    def __init__(self, sink: EventSink, place: dict[str, Any], before: str = "") -> None:
        self._sink = sink
        self._place = place
        self._before = before

    def writer(self, part: ModelCall) -> AnswerWriter:
        """What sends the answer of a call."""
        return AnswerWriter(self._sink, self._place, part.partial_json(self._sink, self._place))

    def chosen(self, candidate: Candidate[CompletionConfig], reason: str) -> None:
        """Tells who answers, before the answer."""
        provider, model = candidate.name
        route = {**self._place, "provider": provider, "model": model, "reason": reason}
        self._sink.hold(self._sink.frame("route", route))

    def restart(self) -> Awaitable[None]:
        """Tells that what has come so far does not count, and once more what does of it."""
        frames = self._sink.frame("restart", self._place)
        if self._before:
            frames += self._sink.text_frames(self._place)(self._before)
        return self._sink.write(frames)


async def ask_routed(
    ctx: ExecutionContext,
    router: Router,
    candidates: Candidates,
    request: RequestConfig,
    *,
    node: str,
    fallback: Candidate[CompletionConfig] | None = None,
    sticky: Any = None,
    streamed: bool = False,
    before: str = "",
) -> tuple[RoutedCompletion, Candidate[CompletionConfig]]:
    """One routed call of the step `node`, and who answered it; see `complete_routed`. `before` is what the step has
    said in earlier rounds.

    Raises:
        ServiceError: as `complete_routed`.
    """
    sink = ctx.sink
    caller = None if sink is None else Caller(sink, ctx.place(node), before)
    audience = caller if streamed else None
    call = RoutedCall(ctx, router, request, sticky=sticky, node=node, audience=audience)
    completion, choice = await call.answer(candidates, fallback)
    if sink is not None and caller is not None:
        sink.finish_reason = completion["finish_reason"]
        if audience is None:
            caller.chosen(*choice)
    return completion, choice.candidate


async def complete_routed(
    ctx: ExecutionContext,
    router: Router,
    candidates: Candidates,
    request: RequestConfig,
    *,
    node: str,
    fallback: Candidate[CompletionConfig] | None = None,
    sticky: Any = None,
    streamed: bool = False,
    one_call: bool = False,
) -> RoutedCompletion:
    """Has one of several models answer, as the step `node` of a workflow.

    The router says in which order `candidates` are asked, `fallback` comes last; those that are None are no candidates
    of this call. Calls with the same `sticky` value go to the same model as long as it answers. `request` is what all
    share. With `streamed`, and when the caller of the run listens, text and calls go out to the caller as they come.
    With `one_call` the workflow goes on with one call of the answer.

    Raises:
        NoRoute: there is no candidate.
        ServiceError: what went wrong with the last model that was asked, `Refused`, and `InvalidToolArguments` for
            calls that do not fit what is declared; `node` is filled in.
    """
    answer, candidate = await ask_routed(
        ctx, router, candidates, request, node=node, fallback=fallback, sticky=sticky, streamed=streamed
    )
    calls, check_calls = answer["tool_calls"], candidate.provider.parts.check_calls
    if calls and check_calls is not None:
        config = cast("CompletionConfig", {**request, **candidate.config})
        check_calls(config, calls, calls if one_call else (), node)
    # No step of a workflow goes on with it, and nobody else has to see it.
    answer.pop("message", None)
    return answer
