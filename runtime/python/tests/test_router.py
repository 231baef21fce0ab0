"""Routers, over scripted upstream servers whose models refuse, fail, stall and break off in turn."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from app.llm.errors import (
    ContextLengthExceeded,
    InvalidApiKey,
    InvalidRequest,
    RateLimited,
    StreamInterrupted,
    UpstreamUnavailable,
)
from app.llm.parts import ANTHROPIC, COMPATIBLE, GROQ, OPENAI
from app.llm.providers.groq import GroqAccount
from app.llm.providers.openai import OpenAIAccount
from app.llm.router.candidates import Asked, Described, Order
from app.llm.router.events import Chosen, Restarted
from app.llm.router.health import Health
from app.llm.router.hedging import Hedge
from app.llm.router.orders import as_written, balanced, by_cost, by_quality, by_speed
from app.llm.router.routing import NoRoute
from app.llm.router.tools import complete_routed_with_tools
from app.llm.tools import Tool
from app.llm.types import CompletionConfig, Done, RequestConfig
from app.nodes.llm.router import (
    Candidate,
    Pace,
    RoutedCompletion,
    Router,
    complete_routed,
    execute_llm_router,
    stream_llm_router,
    stream_llm_router_events,
)
from app.runtime.context import ExecutionContext, open_context
from app.runtime.events import EventSink
from app.runtime.loops import in_round
from app.runtime.settings import Settings
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import HELLO, Step, Upstream, answer, event, head, problem, text, upstream, whole

ROUTER = Router(as_written)
REQUEST: RequestConfig = {"messages": [{"role": "user", "content": "Say hello."}]}
BUSY: list[Step] = answer("429 Too Many Requests", problem("rate_limit_exceeded"), retry_after="7")
DOWN: list[Step] = answer("503 Service Unavailable", problem("server_error"))
WRONG: list[Step] = answer("400 Bad Request", problem("invalid_value", param="temperature"))
FINE: list[Step] = answer("200 OK", whole({"content": "Hello"}))
STREAM: list[Step] = [head() + HELLO]
CUT: list[Step] = [head() + text("Hel"), "reset"]
NAMES = ("one", "two", "three")


def candidate(name: str, **more: Any) -> Candidate[CompletionConfig]:
    config: CompletionConfig = {"model": f"model-{name}"}
    return Candidate(COMPATIBLE[name], config, **more)


ONE, TWO, THREE = (candidate(name) for name in NAMES)


class Heard:
    """What the caller of a run gets."""

    def __init__(self) -> None:
        self.body = b""
        self.sink = EventSink(self._send, ping_seconds=60)

    async def _send(self, message: Any) -> None:
        self.body += message.get("body", b"")

    @property
    def events(self) -> list[tuple[str, Any]]:
        frames = [each.split("\n") for each in self.body.decode().split("\n\n") if each]
        return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in frames]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]


@asynccontextmanager
async def servers(
    monkeypatch: pytest.MonkeyPatch, *scripts: Sequence[Sequence[Step]], **settings: Any
) -> AsyncGenerator[tuple[ExecutionContext, list[Upstream]]]:
    """A server for each of the candidates, and a context whose calls go there."""
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(upstream(*each)) for each in scripts]
        for name, server in zip(NAMES, running, strict=False):
            monkeypatch.setenv(f"{name.upper()}_BASE_URL", server.url)
        yield await stack.enter_async_context(open_context(settings=Settings(**settings))), running


def asked(running: Sequence[Upstream]) -> list[int]:
    return [len(server.requests) for server in running]


async def route(ctx: ExecutionContext, *candidates: Any, router: Router = ROUTER, **more: Any) -> RoutedCompletion:
    return await complete_routed(ctx, router, candidates, REQUEST, node="route", **more)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("refusal", "code"), [(BUSY, "rate_limited"), (DOWN, "upstream_unavailable")])
async def test_the_next_answers_where_one_cannot(
    monkeypatch: pytest.MonkeyPatch, refusal: list[Step], code: str, streamed: bool
) -> None:
    async with servers(monkeypatch, [refusal], [STREAM if streamed else FINE]) as (ctx, running):
        heard = Heard()
        ctx.sink = heard.sink if streamed else None
        result = await route(ctx, ONE, TWO, streamed=streamed)
        heard.sink.close()
    assert result["content"] == "Hello"
    assert result["provider"] == "two"
    assert result["route"] == {
        "provider": "two",
        "model": "model-two",
        "reason": f"fallback after {code}",
        "attempts": [
            {"provider": "one", "model": "model-one", "error": code},
            {"provider": "two", "model": "model-two", "error": None},
        ],
    }
    assert asked(running) == [1, 1]
    if streamed:
        name, told = heard.events[0]
        assert (name, told["provider"], told["reason"]) == ("route", "two", f"fallback after {code}")
        assert heard.names == ["route", "token", "token"]


@pytest.mark.parametrize("streamed", [False, True])
async def test_no_other_is_asked_for_a_request_that_is_wrong(monkeypatch: pytest.MonkeyPatch, streamed: bool) -> None:
    async with servers(monkeypatch, [WRONG], [FINE]) as (ctx, running):
        heard = Heard()
        ctx.sink = heard.sink
        with pytest.raises(InvalidRequest):
            await route(ctx, ONE, TWO, streamed=streamed)
        heard.sink.close()
        assert asked(running) == [1, 0]
        assert not heard.body


async def test_where_all_refuse_the_last_error_tells_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    async with servers(monkeypatch, [DOWN], [BUSY], max_retry_wait_seconds=0.1) as (ctx, running):
        with pytest.raises(RateLimited) as raised:
            await route(ctx, ONE, fallback=TWO)
        assert asked(running) == [1, 1]
    problem = raised.value.problem()
    assert [each["error"] for each in problem["attempts"]] == ["upstream_unavailable", "rate_limited"]
    assert raised.value.node == "route"
    assert raised.value.headers["Retry-After"] == "7"


async def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with servers(monkeypatch, [FINE], [FINE]) as (ctx, _):
        monkeypatch.setenv("THREE_BASE_URL", "http://127.0.0.1:9/v1")
        result = await route(ctx, THREE, ONE)
    assert result["route"]["attempts"][0]["error"] == "upstream_unreachable"


async def test_a_cut_before_the_first_token_and_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    early: list[Step] = [head(), "reset"]
    async with servers(monkeypatch, [early, CUT], [STREAM]) as (ctx, running):
        heard = Heard()
        ctx.sink = heard.sink
        assert (await route(ctx, ONE, TWO, streamed=True))["content"] == "Hello"
        with pytest.raises(StreamInterrupted):
            await route(ctx, ONE, TWO, streamed=True)
        heard.sink.close()
        assert asked(running) == [2, 1]
    assert heard.names[-2:] == ["route", "token"]


async def test_a_restart_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    async with servers(monkeypatch, [CUT], [STREAM]) as (ctx, _):
        heard = Heard()
        ctx.sink = heard.sink
        result = await route(ctx, ONE, TWO, router=Router(as_written, restarts=True), streamed=True)
        heard.sink.close()
        used = ctx.usage.total()
    assert heard.names[:4] == ["route", "token", "usage", "restart"]
    begun = heard.events[4:]
    assert [name for name, _ in begun] == ["route", "token", "token"]
    assert begun[0][1]["reason"] == "fallback after stream_interrupted"
    assert result["content"] == "Hello"
    assert heard.sink.text == ["Hello"]
    # Both attempts count, in the answer as well as in the run.
    assert result["usage"]["completion_tokens"] == used["completion_tokens"] > 2
    assert result["usage"].get("estimated")
    assert result["timing"]["total_ms"] >= (result["timing"]["first_token_ms"] or 0)


async def test_an_answer_that_begins_anew_says_for_which_items(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"node": "each", "index": 3}, {"node": "again", "index": 0}]
    async with servers(monkeypatch, [CUT], [STREAM]) as (ctx, _):
        heard = Heard()
        ctx.sink = heard.sink
        within = in_round(in_round(ctx, ("each", 3)), ("again", 0))
        await route(within, ONE, TWO, router=Router(as_written, restarts=True), streamed=True)
        heard.sink.close()
    assert heard.names == ["route", "token", "usage", "restart", "route", "token", "token"]
    assert all(about["items"] == items for _, about in heard.events)


class TestCooldown:
    async def test_a_limit_rests_for_as_long_as_the_server_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with servers(monkeypatch, [BUSY, BUSY, FINE], [FINE]) as (ctx, running):
            now = 0.0
            ctx.pools.shared(Health).clock = lambda: now
            for _ in range(3):
                await route(ctx, ONE, TWO)
            assert asked(running) == [1, 3]
            now = 7.5
            result = await route(ctx, ONE, TWO)
            assert (result["provider"], asked(running)) == ("two", [2, 4])
            result = await route(ctx, ONE, TWO)
            # Who was passed by is said, as no attempt tells it.
            assert result["route"]["reason"] == f"always while {' '.join(ONE.name)} rests"
            assert len(result["route"]["attempts"]) == 1
            now = 15.0
            assert (await route(ctx, ONE, TWO))["provider"] == "one"
            assert (await route(ctx, ONE, TWO))["provider"] == "one"

    async def test_one_call_tries_again_and_others_pass_by(self, monkeypatch: pytest.MonkeyPatch) -> None:
        slow: list[Step] = [0.3, *FINE]
        async with servers(monkeypatch, [BUSY, slow, FINE], [FINE]) as (ctx, running):
            now = 0.0
            ctx.pools.shared(Health).clock = lambda: now
            await route(ctx, ONE, TWO)
            now = 8.0
            results = await asyncio.gather(*(route(ctx, ONE, TWO) for _ in range(4)))
            assert sorted(each["provider"] for each in results) == ["one", "two", "two", "two"]
            assert asked(running) == [2, 4]

    async def test_other_failures_rest_from_the_third_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with servers(monkeypatch, [DOWN], [FINE]) as (ctx, running):
            for _ in range(6):
                await route(ctx, ONE, TWO)
            assert asked(running) == [3, 6]

    async def test_where_all_rest_the_next_to_wake_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        longer = answer("429 Too Many Requests", problem("rate_limit_exceeded"), retry_after="60")
        async with servers(monkeypatch, [longer], [BUSY, FINE], max_retries=0) as (ctx, running):
            with pytest.raises(RateLimited):
                await route(ctx, ONE, TWO)
            result = await route(ctx, ONE, TWO)
            assert (result["provider"], result["route"]["reason"]) == ("two", "always while all rest")
            assert asked(running) == [1, 2]

    async def test_where_all_rest_the_others_follow_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        longer = answer("429 Too Many Requests", problem("rate_limit_exceeded"), retry_after="60")
        async with servers(monkeypatch, [BUSY], [longer, FINE], max_retries=0) as (ctx, running):
            with pytest.raises(RateLimited):
                await route(ctx, ONE, TWO)
            result = await route(ctx, ONE, TWO)
            assert (result["provider"], result["route"]["reason"]) == ("two", "fallback after rate_limited")
            assert asked(running) == [2, 2]

    @pytest.mark.parametrize("ending", [FINE, BUSY])
    async def test_of_fifty_calls_at_once_one_tries(self, monkeypatch: pytest.MonkeyPatch, ending: list[Step]) -> None:
        async with servers(monkeypatch, [BUSY, [0.3, *ending]], [FINE]) as (ctx, running):
            now = 0.0
            ctx.pools.shared(Health).clock = lambda: now
            await route(ctx, ONE, TWO)
            now = 8.0
            results = await asyncio.gather(*(route(ctx, ONE, TWO) for _ in range(50)))
            answered = [each["provider"] for each in results].count("one")
            assert answered == (1 if ending is FINE else 0)
            assert asked(running) == [2, 51 - answered]


class TestHedging:
    @pytest.mark.parametrize("streamed", [False, True])
    async def test_the_first_token_wins_and_the_other_call_is_ended(
        self, monkeypatch: pytest.MonkeyPatch, streamed: bool
    ) -> None:
        silent: list[Step] = [head("200 OK", "text/event-stream" if streamed else "application/json"), 30.0]
        router = Router(as_written, race=Hedge(50))
        async with servers(monkeypatch, [silent], [STREAM if streamed else FINE]) as (ctx, running):
            heard = Heard()
            ctx.sink = heard.sink if streamed else None
            result = await route(ctx, ONE, TWO, router=router, streamed=streamed)
            heard.sink.close()
            await asyncio.wait_for(running[0].client_gone.wait(), 2)
            assert ctx.usage.calls == 2
        assert result["route"]["reason"] == "hedge"
        assert [each["error"] for each in result["route"]["attempts"]] == ["cancelled", None]
        assert result["usage"]["prompt_tokens"] > 9
        assert result["usage"].get("estimated")

    @pytest.mark.parametrize("streamed", [False, True])
    async def test_where_both_fail_a_third_is_asked(self, monkeypatch: pytest.MonkeyPatch, streamed: bool) -> None:
        router, fine = Router(as_written, race=Hedge(20)), STREAM if streamed else FINE
        async with servers(monkeypatch, [[0.2, *DOWN]], [[0.2, *BUSY]], [fine], max_retries=0) as (ctx, running):
            heard = Heard()
            ctx.sink = heard.sink if streamed else None
            result = await route(ctx, ONE, TWO, THREE, router=router, streamed=streamed)
            heard.sink.close()
        assert (result["provider"], asked(running)) == ("three", [1, 1, 1])
        assert heard.names == (["route", "token", "token"] if streamed else [])

    @pytest.mark.parametrize("restarts", [False, True])
    async def test_the_winner_breaks_off(self, monkeypatch: pytest.MonkeyPatch, restarts: bool) -> None:
        router = Router(as_written, restarts=restarts, race=Hedge(20))
        broken: list[Step] = [head() + text("Hel"), 0.05, "reset"]
        async with servers(monkeypatch, [[head(), 30.0]], [broken], [STREAM], max_retries=0) as (ctx, running):
            heard = Heard()
            ctx.sink = heard.sink
            call = route(ctx, ONE, TWO, THREE, router=router, streamed=True)
            if restarts:
                assert (await call)["provider"] == "three"
            else:
                with pytest.raises(StreamInterrupted):
                    await call
            heard.sink.close()
            await asyncio.wait_for(running[0].client_gone.wait(), 2)
        told = [name for name in heard.names if name != "usage"]
        begun = ["route", "token"]
        assert told == ([*begun, "restart", *begun, "token"] if restarts else begun)

    async def test_one_that_is_fast_enough_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with servers(monkeypatch, [FINE], [FINE]) as (ctx, running):
            result = await route(ctx, ONE, TWO, router=Router(as_written, race=Hedge(2000)))
            assert asked(running) == [1, 0]
            assert len(result["route"]["attempts"]) == 1

    async def test_a_refusal_is_followed_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        router = Router(as_written, race=Hedge(60_000))
        async with servers(monkeypatch, [DOWN], [FINE]) as (ctx, _):
            assert (await asyncio.wait_for(route(ctx, ONE, TWO, router=router), 5))["provider"] == "two"

    async def test_a_run_that_is_stopped_ends_both_calls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        silent: list[Step] = [head(), 30.0]
        async with servers(monkeypatch, [silent], [silent]) as (ctx, running):
            running_call = asyncio.create_task(route(ctx, ONE, TWO, router=Router(as_written, race=Hedge(20))))
            async with asyncio.timeout(10):
                while asked(running) != [1, 1]:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            running_call.cancel()
            await asyncio.gather(running_call, return_exceptions=True)
            await asyncio.wait_for(asyncio.gather(*(each.client_gone.wait() for each in running)), 2)


class TestWhoGoesOn:
    @pytest.mark.parametrize("seed", range(4))
    async def test_weights_are_drawn_once_for_all_rounds_of_tools(
        self, monkeypatch: pytest.MonkeyPatch, seed: int
    ) -> None:
        random.seed(seed)
        call = {"id": "c", "type": "function", "function": {"name": "get_order", "arguments": '{"number": "7"}'}}
        calls = answer("200 OK", whole({"tool_calls": [call]}, "tool_calls"))
        tools = [Tool.of(get_order, node="get_order")]
        async with servers(monkeypatch, *([[calls, calls, FINE]] * 3)) as (ctx, running):
            candidates = [candidate(name, weight=1) for name in NAMES]
            await complete_routed_with_tools(ctx, ROUTER, candidates, REQUEST, node="route", tools=tools)
            assert sorted(asked(running)) == [0, 0, 3]

    async def test_a_model_that_was_to_be_faster_and_refuses_costs_no_answer(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        no_key = answer("401 Unauthorized", problem("invalid_api_key"))
        router = Router(as_written, race=Hedge(20))
        async with servers(monkeypatch, [[0.2, *FINE]], [no_key]) as (ctx, running):
            result = await route(ctx, ONE, TWO, router=router)
            assert (result["provider"], asked(running)) == ("one", [1, 1])
        async with servers(monkeypatch, [[0.2, *no_key]], [[0.5, *FINE]]) as (ctx, _):
            with pytest.raises(InvalidApiKey):
                await route(ctx, ONE, TWO, router=router)

    async def test_a_key_stays_with_who_has_answered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        best, other = candidate("one", quality=2), candidate("two", quality=1)
        async with servers(monkeypatch, [DOWN, FINE], [FINE]) as (ctx, running):
            for user in ("a", "a", "b"):
                await route(ctx, best, other, router=Router(by_quality), sticky=user)
            assert asked(running) == [2, 2]


async def test_no_condition_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    async with servers(monkeypatch, [FINE], [FINE]) as (ctx, running):
        assert (await route(ctx, None, TWO))["provider"] == "two"
        with pytest.raises(Exception, match="None of the router's conditions holds"):
            await route(ctx, None, None)
        tools = [Tool.of(get_order, node="get_order")]
        with pytest.raises(NoRoute):
            await complete_routed_with_tools(ctx, ROUTER, [None, None], REQUEST, node="route", tools=tools)
        assert asked(running) == [0, 1]


async def test_what_is_measured_changes_who_is_the_fastest(monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[Step] = [head(), 0.25, text("Hel") + text("lo") + HELLO]
    fast, faster = candidate("one", pace=Pace(10, 1000)), candidate("two", pace=Pace(50, 800))
    async with servers(monkeypatch, [slow], [STREAM]) as (ctx, running):
        heard = Heard()
        ctx.sink = heard.sink
        router = Router(by_speed)
        results = [await route(ctx, fast, faster, router=router, streamed=True) for _ in range(3)]
        heard.sink.close()
        assert [each["provider"] for each in results] == ["one", "two", "two"]
        assert asked(running) == [1, 2]


async def test_the_same_key_draws_the_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    half = [candidate("one", weight=1.0), candidate("two", weight=1.0)]
    async with servers(monkeypatch, [FINE], [FINE]) as (ctx, running):
        by_key = [[(await route(ctx, *half, sticky=key))["provider"] for _ in range(3)] for key in range(12)]
        assert all(len(set(each)) == 1 for each in by_key)
        assert min(asked(running)) > 0


async def test_weights_share_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    async with servers(monkeypatch, [FINE], [FINE]) as (ctx, running):
        for _ in range(60):
            result = await route(ctx, candidate("one", weight=9.0), candidate("two", weight=1.0))
            assert result["route"]["reason"] == "weight"
        first, second = asked(running)
        assert first > second


async def test_an_error_event_before_the_first_token(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[Step] = [head() + event({"error": {"message": "overloaded", "type": "overloaded_error"}})]
    async with servers(monkeypatch, [broken], [STREAM]) as (ctx, _):
        heard = Heard()
        ctx.sink = heard.sink
        result = await route(ctx, ONE, TWO, streamed=True)
        heard.sink.close()
    assert result["route"]["attempts"][0]["error"] == UpstreamUnavailable.code


class TestByHand:
    async def test_whole_and_streamed_are_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with servers(monkeypatch, [DOWN], [FINE, STREAM]) as (ctx, _):
            whole = await execute_llm_router(ctx, ROUTER, [ONE, TWO], REQUEST)
            events = [event async for event in stream_llm_router_events(ctx, ROUTER, [ONE, TWO], REQUEST)]
            texts = [text async for text in stream_llm_router(ctx, ROUTER, [ONE], REQUEST, fallback=TWO)]
        done = events[-1]
        assert isinstance(done, Done)
        assert events[:3] == [Chosen("two", "model-two", "fallback after upstream_unavailable"), "Hel", "lo"]
        assert texts == ["Hel", "lo"]
        same = ("content", "usage", "finish_reason", "provider", "route")
        assert [{**done.completion}[name] for name in same] == [whole[name] for name in same]

    async def test_a_restart_stands_between_two_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        router = Router(as_written, restarts=True)
        async with servers(monkeypatch, [CUT], [STREAM]) as (ctx, _):
            events = [event async for event in stream_llm_router_events(ctx, router, [ONE, TWO], REQUEST)]
            assert [each for each in events if isinstance(each, str | Restarted)] == ["Hel", Restarted(), "Hel", "lo"]
            with pytest.raises(StreamInterrupted):
                _ = [text async for text in stream_llm_router(ctx, router, [ONE, TWO], REQUEST)]

    async def test_leaving_early_ends_the_call(self, monkeypatch: pytest.MonkeyPatch) -> None:
        long: list[Step] = [head() + text("Hel"), 30.0]
        async with servers(monkeypatch, [long]) as (ctx, running):
            stream = stream_llm_router(ctx, ROUTER, [ONE], REQUEST)
            assert await anext(stream) == "Hel"
            await stream.aclose()
            await asyncio.wait_for(running[0].client_gone.wait(), 2)


ASKED = {"name": "get_order", "arguments": '{"number":"7"}'}
CALL = whole({"tool_calls": [{"id": "call_1", "type": "function", "function": ASKED}]}, "tool_calls")


def get_order(number: str) -> str:
    """Finds an order by its number."""
    return f"Order {number} is on its way."


class TestTools:
    """Rounds of functions that a model calls."""

    async def test_the_model_that_began_goes_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tools = [Tool.of(get_order, node="get_order")]
        async with servers(monkeypatch, [DOWN], [answer("200 OK", CALL), FINE]) as (ctx, running):
            result = await complete_routed_with_tools(ctx, ROUTER, [ONE, TWO], REQUEST, node="route", tools=tools)
            assert asked(running) == [1, 2]
        assert result["content"] == "Hello"
        assert [each["error"] for each in result["route"]["attempts"]] == ["upstream_unavailable", None]
        assert result["route"]["reason"] == "fallback after upstream_unavailable"
        told = running[1].requests[1]["messages"]
        assert [message["role"] for message in told] == ["user", "assistant", "tool"]

    async def test_another_takes_over_where_it_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tools = [Tool.of(get_order, node="get_order")]
        async with servers(monkeypatch, [answer("200 OK", CALL), DOWN], [FINE]) as (ctx, running):
            result = await complete_routed_with_tools(ctx, ROUTER, [ONE, TWO], REQUEST, node="route", tools=tools)
            assert asked(running) == [2, 1]
        assert result["provider"] == "two"
        assert [each["error"] for each in result["route"]["attempts"]] == [None, "upstream_unavailable", None]
        assert running[1].requests[0]["messages"][-1]["content"] == "Order 7 is on its way."
        assert result["usage"]["prompt_tokens"] == 18


class TestOrders:
    """Strategies, on the models of the catalog."""

    SMALL = Candidate(GROQ, {"model": "openai/gpt-oss-20b"}, quality=55, pace=Pace(200, 1000))
    MINI = Candidate(OPENAI, {"model": "gpt-5.4-mini"}, quality=71, pace=Pace(700, 80))
    BEST = Candidate(ANTHROPIC, {"model": "claude-opus-5-5"}, quality=85, pace=Pace(1300, 60))
    UNKNOWN = candidate("one")

    def names(self, order: Order, request: RequestConfig, key: bytes | None = None) -> list[str]:
        asked = Asked(request, Health(Settings()), key)
        candidates = [self.UNKNOWN, self.BEST, self.MINI, self.SMALL]
        return [choice.candidate.config["model"] for choice in order(candidates, asked)]

    def test_by_what_each_goes(self) -> None:
        small, mini, best = "openai/gpt-oss-20b", "gpt-5.4-mini", "claude-opus-5-5"
        assert self.names(by_cost, REQUEST) == [small, mini, best, "model-one"]
        assert self.names(by_speed, REQUEST)[0] == small
        assert self.names(by_quality, REQUEST) == [best, mini, small, "model-one"]
        assert self.names(balanced, REQUEST)[-1] == "model-one"

    @pytest.mark.parametrize("order", [by_cost, by_speed, by_quality, balanced])
    def test_what_is_remembered_is_what_is_found_anew(self, order: Order) -> None:
        chance, now = random.Random(7), 0.0
        health = Health(Settings())
        health.clock = lambda: now
        every = [self.UNKNOWN, self.BEST, self.MINI, self.SMALL]
        for _ in range(200):
            candidates = chance.sample(every, chance.randint(1, 4))
            words, limit = chance.choice([3, 50, 30_000, 120_000]), chance.choice([1, 200, 90_000])
            request: RequestConfig = {"messages": [{"role": "user", "content": "word " * words}], "max_tokens": limit}
            known = order(candidates, Asked(request, health, None))
            health.forget_orders()
            assert [*known] == [*order(candidates, Asked(request, health, None))]
            if chance.random() < 0.2:
                measured = chance.choice(candidates).name
                health.measure(measured, chance.uniform(1, 9000), chance.uniform(9000, 90_000), chance.randint(1, 500))
            now += chance.choice([0.0, 0.0, 0.1, 2.0])

    def test_the_tokens_of_functions_are_those_of_each_request(self) -> None:
        described = Described()
        tool: Any = {"type": "function", "function": {"name": "find", "description": "Finds what is asked for."}}
        short: RequestConfig = {**REQUEST, "tools": [tool]}
        long: RequestConfig = {**REQUEST, "tools": [tool] * 9}
        for request in (short, short, long, REQUEST, short):
            alone = Asked(request, Health(Settings()), None).prompt
            assert Asked(request, Health(Settings()), None, described).prompt == alone

    def test_models_that_could_not_take_the_prompt_are_left_out(self) -> None:
        image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
        seen: RequestConfig = {"messages": [{"role": "user", "content": [image]}]}
        assert "openai/gpt-oss-20b" not in self.names(by_cost, seen)
        long: RequestConfig = {"messages": [{"role": "user", "content": "word " * 200_000}]}
        assert "openai/gpt-oss-20b" not in self.names(by_cost, long)
        assert "claude-opus-5-5" in self.names(by_cost, long)

    async def test_a_key_stays_with_its_model_while_that_can_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first, second = candidate("one", quality=1.0), candidate("two", quality=2.0)
        router = Router(by_quality)
        async with servers(monkeypatch, [FINE], [FINE, BUSY, FINE]) as (ctx, _):
            assert (await route(ctx, first, second, router=router, sticky="ann"))["route"]["reason"] == "quality"
            better = candidate("one", quality=3.0)
            assert (await route(ctx, better, second, router=router, sticky="bob"))["provider"] == "one"
            fallen = await route(ctx, better, second, router=router, sticky="ann")
            assert fallen["route"]["attempts"][0]["provider"] == "two"
            assert fallen["provider"] == "one"

    async def test_a_prompt_that_is_too_long_goes_to_a_larger_model(self, simulated_openai: RunningSimulation) -> None:
        simulated_openai.settings.faults = ["context_length_exceeded"]
        groq = f"{simulated_openai.origin}/groq/openai/v1"
        accounts = [
            GroqAccount.model_validate({"groq_api_key": "k", "groq_base_url": groq}),
            OpenAIAccount.model_validate({"openai_api_key": "k", "openai_base_url": simulated_openai.base_url}),
        ]
        async with open_context(accounts=accounts) as ctx:
            result = await complete_routed(ctx, ROUTER, [self.SMALL, self.MINI], REQUEST, node="route")
            assert result["provider"] == "openai"
            simulated_openai.settings.faults = ["context_length_exceeded"]
            with pytest.raises(ContextLengthExceeded):
                await complete_routed(ctx, ROUTER, [self.MINI, self.SMALL], REQUEST, node="route")
