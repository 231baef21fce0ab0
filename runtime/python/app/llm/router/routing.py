"""A call that one of several models answers: the next is asked where one cannot, until its first token has left.

https://github.com/BerriAI/litellm/issues/18229 tells what comes of going on in the middle of a stream.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Protocol, cast

from app.llm.call import ModelCall
from app.llm.completion import Writer, answered
from app.llm.errors import (
    ContextLengthExceeded,
    ModelNotFound,
    ModelRetired,
    QuotaExceeded,
    RateLimited,
    StreamInterrupted,
    StreamMalformed,
    UpstreamTimeout,
    UpstreamUnavailable,
    UpstreamUnreachable,
)
from app.llm.router.candidates import (
    Asked,
    Attempt,
    Candidate,
    Choice,
    Described,
    Order,
    Route,
    RoutedCompletion,
)
from app.llm.router.health import Health
from app.llm.router.tally import Tally
from app.llm.types import Completion, CompletionConfig, Piece, RequestConfig
from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.log import Lines
from app.runtime.usage import Usage

MENDABLE = (
    RateLimited,
    QuotaExceeded,
    UpstreamUnavailable,
    UpstreamUnreachable,
    UpstreamTimeout,
    StreamInterrupted,
    StreamMalformed,
    ModelNotFound,
    ModelRetired,
)
"""What another model could mend: limits, servers that are down or slow, models that are gone. A request that is wrong,
or a key, it could not."""


NO_CANDIDATE = "None of the router's conditions holds, and it has no fallback."


class Audience(Protocol):
    """Who hears an answer as it comes."""

    def writer(self, part: ModelCall) -> Writer:
        """What takes the answer of a call."""
        ...

    def chosen(self, candidate: Candidate[CompletionConfig], reason: str) -> None:
        """This model answers: what follows is of it."""
        ...

    def restart(self) -> Awaitable[None]:
        """What has come so far does not count; the answer begins anew."""
        ...


@dataclass(frozen=True, slots=True)
class Router:
    """How a model is chosen, and what happens where it cannot answer.

    `order` is the strategy. With `restarts` an answer whose stream is cut begins anew with another model, which the
    caller is told of; without, it is an error. `race` lets a second model try when the first is slow.
    """

    order: Order
    restarts: bool = False
    race: "Race | None" = None
    described: Described = field(default_factory=Described, init=False, compare=False, repr=False)


class Race(Protocol):
    """Asks a second model beside one that takes long."""

    def __call__(self, call: "RoutedCall", choices: Sequence[Choice]) -> Awaitable[Completion]: ...  # noqa: D102


class RoutedCall:
    """One call through a router: `await answer()`."""

    __slots__ = (
        "_asked",
        "_audience",
        "_ctx",
        "_lines",
        "_meter",
        "_node",
        "_request",
        "_router",
        "_started",
        "attempts",
        "route",
    )

    def __init__(
        self,
        ctx: ExecutionContext,
        router: Router,
        request: RequestConfig,
        *,
        sticky: Any = None,
        node: str | None = None,
        audience: Audience | None = None,
    ) -> None:
        self._meter = Tally(ctx.usage)
        self._ctx = ctx
        self._router = router
        self._request = request
        self._node = node
        self._audience = audience
        key = None if sticky is None else _key_of(node, sticky)
        self._asked = Asked(request, ctx.pools.shared(Health), key, router.described)
        self._lines = Lines()
        self._started = time.perf_counter()
        self.attempts: list[Attempt] = []
        self.route: Choice | None = None
        """Who answers, from its first token on."""

    async def answer(
        self, candidates: Sequence[Candidate[CompletionConfig] | None], fallback: Candidate[CompletionConfig] | None
    ) -> tuple[RoutedCompletion, Choice]:
        """The answer of the first candidate that can give one, and that one; those that are None are no candidates of
        this call.

        Raises:
            NoRoute: there is no candidate.
            ServiceError: what went wrong with the last that was asked; `attempts` are all.
        """
        choices = self._choices(candidates, fallback)
        tracing = choices[0].candidate.provider.parts.tracing
        if tracing is None:
            return await self._answer(choices)
        with tracing.route(self._node) as note:
            try:
                completion, choice = await self._answer(choices)
            except ServiceError:
                if note is not None:
                    note({"attempts": self.attempts})
                raise
            if note is not None:
                note(completion["route"])
        return completion, choice

    async def _answer(self, choices: list[Choice]) -> tuple[RoutedCompletion, Choice]:
        race, error = self._router.race, None
        try:
            completion = await (self._in_turn(choices) if race is None else race(self, choices))
        except ServiceError as failed:
            error = failed
            failed.node = failed.node or self._node
            if len(self.attempts) > 1:
                failed.details.setdefault("attempts", self.attempts)
            raise
        finally:
            self._log(error)
        return self._routed(completion)

    async def attempt(self, choice: Choice, *, is_last: bool, claim: Callable[[], bool] = lambda: True) -> Completion:
        """The answer of one candidate. `claim` is asked before its first token leaves whether it is to be the one.

        Raises:
            ServiceError: it could not answer.
        """
        candidate, health = choice.candidate, self._asked.health
        attempt: Attempt = {"provider": candidate.name[0], "model": candidate.name[1], "error": None}
        self.attempts.append(attempt)
        health.begin(candidate.name)
        try:
            completion = await self._ask(choice, is_last=is_last, claim=claim)
        except ServiceError as error:
            self._lines.write()
            attempt["error"] = error.code
            if isinstance(error, MENDABLE):
                health.failed(candidate.name, error)
            else:
                health.given_up(candidate.name)
            raise
        except BaseException:
            attempt["error"] = "cancelled"
            health.given_up(candidate.name)
            raise
        health.succeeded(candidate.name)
        timing = completion["timing"]
        tokens = completion["usage"]["completion_tokens"]
        health.measure(candidate.name, timing["first_token_ms"], timing["total_ms"], tokens)
        return completion

    async def next_after(self, error: ServiceError, failed: Choice, left: list[Choice]) -> list[Choice]:
        """Who may be asked after a failure, of those that are left; none where that could not mend it, or something has
        gone out that cannot be taken back. A caller who has got a part is told that the answer begins anew.
        """
        if isinstance(error, ContextLengthExceeded):
            left = larger(left, failed.candidate)
        elif not isinstance(error, MENDABLE):
            return []
        if left and self.route is not None and self._audience is not None:
            if not self._router.restarts:
                return []
            self.route = None
            await self._audience.restart()
        return [Choice(each.candidate, f"fallback after {error.code}") for each in left]

    async def _in_turn(self, choices: list[Choice]) -> Completion:
        while True:
            choice = choices[0]
            try:
                return await self.attempt(choice, is_last=len(choices) == 1)
            except ServiceError as error:
                choices = await self.next_after(error, choice, choices[1:])
                if not choices:
                    raise

    async def _ask(self, choice: Choice, *, is_last: bool, claim: Callable[[], bool]) -> Completion:
        candidate = choice.candidate
        # Another model answers sooner than the same one after a wait.
        retries: Any = {} if is_last else {"max_retries": 0}
        config: Any = {**retries, **self._request, **candidate.config}
        audience = self._audience
        part = ModelCall(
            self._ctx,
            candidate.provider,
            config,
            stream=audience is not None,
            node=self._node,
            meter=self._meter,
            log=self._lines.add,
        )
        if audience is None:
            completion = await answered(part, refuse=self._node is not None)
            if not claim():
                await _never()
            self._choose(choice)
            return completion
        writer = _Gate(audience.writer(part), lambda: claim() and self._choose(choice))
        return await answered(part, writer, refuse=True)

    def _choose(self, choice: Choice) -> bool:
        self.route = choice
        if self._audience is not None:
            self._audience.chosen(*choice)
        return True

    def _choices(
        self, candidates: Sequence[Candidate[CompletionConfig] | None], fallback: Candidate[CompletionConfig] | None
    ) -> list[Choice]:
        asked = self._asked
        order = [*self._router.order([each for each in candidates if each], asked)]
        if fallback is not None:
            order.append(Choice(fallback, "fallback"))
        if not order:
            raise NoRoute(NO_CANDIDATE, node=self._node)
        health = asked.health
        if health.all_well:
            return order
        resting = [choice for choice in order if health.is_open(choice.candidate.name)]
        if not resting:
            return order
        if len(resting) == len(order):
            order.sort(key=lambda each: health.rests_until(each.candidate.name))
            return [Choice(candidate, f"{reason} while all rest") for candidate, reason in order]
        first = order.index(resting[0])
        why = " while {} {} rests".format(*resting[0].candidate.name)
        passed_by = [Choice(each.candidate, each.reason + why) for each in order[first:] if each not in resting]
        return [*order[:first], *passed_by]

    def _routed(self, completion: Completion) -> tuple[RoutedCompletion, Choice]:
        choice = self.route
        if choice is None:
            raise AssertionError("whoever has answered was chosen")
        provider, model = name = choice.candidate.name
        if (key := self._asked.key) is not None:
            self._asked.health.remember(key, name)
        route: Route = {"provider": provider, "model": model, "reason": choice.reason, "attempts": self.attempts}
        routed = cast("RoutedCompletion", completion)
        routed["route"] = route
        if len(self.attempts) > 1:
            total_ms, own = milliseconds_since(self._started), completion["timing"]
            first = own["first_token_ms"]
            first = None if first is None else round(total_ms - own["total_ms"] + first, 3)
            routed["timing"] = {"first_token_ms": first, "total_ms": total_ms}
            total: dict[str, Any] = dict(self._meter.total())
            routed["cost_usd"] = total.pop("cost_usd")
            routed["usage"] = cast("Usage", total)
            if self._node is not None:
                self._ctx.node_timings[self._node] = total_ms
        return routed, choice

    def _log(self, error: ServiceError | None) -> None:
        choice = self.route
        provider, model = (None, None) if choice is None else choice.candidate.name
        self._lines.add(
            "route",
            execution_id=self._ctx.execution_id,
            node=self._node,
            provider=provider,
            model=model,
            reason=None if choice is None else choice.reason,
            outcome="ok" if error is None else error.code,
            attempts=self.attempts,
        )
        self._lines.write()


class NoRoute(ServiceError, code="no_route", title="No model for the request", status=422):
    """No condition of a router holds, and it has no fallback."""

    hint = "Give the router a fallback, or a last route whose condition is `always`."
    for_caller = ()


class _Gate:
    """Passes an answer on, from the moment on at which it may be the one."""

    __slots__ = ("_claim", "_is_open", "_writer")

    def __init__(self, writer: Writer, claim: Callable[[], bool]) -> None:
        self._writer = writer
        self._claim = claim
        self._is_open = False

    def write(self, events: Sequence[Piece]) -> Awaitable[None]:
        if not self._is_open:
            self._is_open = self._claim()
            if not self._is_open:
                return _never()
        return self._writer.write(events)

    async def end(self, completion: Completion) -> None:
        if not self._is_open and not self._claim():
            await _never()
        await self._writer.end(completion)


async def _never() -> None:
    """Waits until it is cancelled, as who has lost a race is."""
    await asyncio.get_running_loop().create_future()


def _key_of(node: str | None, sticky: Any) -> bytes:
    """What stands for a key, which may be a name or an address of a user."""
    return blake2b(encode([node, sticky]), digest_size=16).digest()


def larger(choices: Sequence[Choice], than: Candidate[CompletionConfig]) -> list[Choice]:
    """Those whose models are known to take longer prompts."""
    known = than.facts
    if known is None:
        return []
    return [each for each in choices if (facts := each.candidate.facts) and facts.context_window > known.context_window]
