"""Routers of every strategy, with hedging, restarts, rounds of tools and callers who leave, over servers that are slow
and fail at random: who answers cannot be foretold, but what holds of every answer can.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.llm.router.health import Health
from app.llm.router.hedging import Hedge
from app.llm.router.orders import as_written, balanced, by_cost, by_quality, by_speed
from app.llm.router.tools import complete_routed_with_tools
from app.llm.tools import Tool
from app.llm.types import RequestConfig
from app.nodes.llm.router import Candidate, Pace, Router, complete_routed
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings
from tests.test_router import CALL, Heard, get_order
from tests.test_router_fuzz import NAMES, OUTCOMES, candidate
from tests.upstream import DONE, Step, answer, chunk, head, upstream

REQUEST: RequestConfig = {"messages": [{"role": "user", "content": "Say hello."}]}
ORDERS = (as_written, by_cost, by_speed, by_quality, balanced)
TOOLS = [Tool.of(get_order, node="get_order")]
ASKED = {"index": 0, "id": "call_1", "function": {"name": "get_order", "arguments": '{"number":"7"}'}}
CALLS_STREAMED: list[Step] = [head() + chunk({"tool_calls": [ASKED]}) + chunk({}, "tool_calls") + DONE]
CALLS_WHOLE: list[Step] = answer("200 OK", CALL)


def _script(chance: random.Random, *, streamed: bool, tools: bool) -> list[Step]:
    """What a server does with one request, after a while where it is a slow one."""
    wait: list[Step] = [chance.choice([0.02, 0.05])] if chance.random() < 0.4 else []
    if tools and chance.random() < 0.3:
        return [*wait, *(CALLS_STREAMED if streamed else CALLS_WHOLE)]
    name = chance.choice(["fine"] * 8 + [name for name in OUTCOMES if name != "silent"])
    return [*wait, *(OUTCOMES[name].streamed if streamed else OUTCOMES[name].whole)]


async def _ask(ctx: ExecutionContext, chance: random.Random, names: list[str], **more: Any) -> Any:
    """A call through a router of any kind."""
    router = Router(
        chance.choice(ORDERS),
        restarts=chance.random() < 0.5,
        race=Hedge(chance.choice([1, 10, 40])) if chance.random() < 0.6 else None,
    )
    models: list[Candidate[Any]] = [candidate(name) for name in names]
    for each in models:
        each.weight, each.quality = chance.choice([None, 1.0]), chance.choice([None, 1.0, 2.0])
        each.pace = chance.choice([None, Pace(10, 1000)])
    fallback = models.pop() if len(models) > 1 and chance.random() < 0.5 else None
    sticky = chance.choice([None, "ann", "bob"])
    return await more.pop("complete")(
        ctx, router, models, REQUEST, node="route", fallback=fallback, sticky=sticky, **more
    )


def _check_heard(heard: Heard, result: Any, *, tools: bool) -> None:
    """What the caller shows in the end is what the answer says."""
    shown, routed, begun = "", None, False
    for name, told in heard.events:
        if name == "restart":
            assert begun, "nothing was shown that could be void"
            shown, routed, begun = "", None, False
        elif name == "route":
            routed = told["provider"]
        elif name in ("token", "function_call_delta"):
            assert routed is not None, "it is said who answers before the answer"
            shown, begun = shown + (told["text"] if name == "token" else ""), True
    if result is not None:
        assert routed == result["provider"] == result["route"]["provider"]
        assert shown == result["content"] or tools


def _is_tried(health: Health, name: tuple[str, str]) -> bool:
    """Whether a call is trying the model again, long after all rest is over."""
    clock, health.clock = health.clock, lambda: 1e9
    try:
        return health.is_open(name)
    finally:
        health.clock = clock


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr("app.llm.upstream._FIRST_BACKOFF_SECONDS", 0.0)
    streamed, tools = chance.random() < 0.6, chance.random() < 0.4
    settings = Settings(max_retries=1, max_retry_wait_seconds=0.1, first_byte_timeout_seconds=0.5)
    before = asyncio.all_tasks()
    async with AsyncExitStack() as stack:
        names: list[str] = list(NAMES[: chance.randint(1, 4)])
        for name in names:
            scripts = [_script(chance, streamed=streamed, tools=tools) for _ in range(60)]
            server = await stack.enter_async_context(upstream(*scripts))
            monkeypatch.setenv(f"{name.upper()}_BASE_URL", server.url)
        shared = await stack.enter_async_context(open_context(settings=settings))
        health = shared.pools.shared(Health)
        health.clock = lambda: now
        now = 0.0

        async def one() -> None:
            ctx = ExecutionContext(settings=settings, pools=shared.pools, secrets=shared.secrets, env={})
            heard = Heard()
            ctx.sink = heard.sink if streamed else None
            result: Any = None
            failed: ServiceError | None = None
            more: dict[str, Any] = {"complete": complete_routed_with_tools, "tools": TOOLS} if tools else {}
            call = asyncio.create_task(
                _ask(ctx, chance, names, streamed=streamed, **{"complete": complete_routed, **more})
            )
            leaves = chance.choice([0.0, 0.01, 0.03]) if chance.random() < 0.2 else None
            try:
                if leaves is not None:
                    await asyncio.wait([call], timeout=leaves)
                    call.cancel()
                result = await call
            except ServiceError as error:
                failed = error
            except asyncio.CancelledError:
                assert leaves is not None
            heard.sink.close()
            if failed is not None and (tried := failed.details.get("attempts")):
                assert failed.code in [each["error"] for each in tried]
            if streamed:
                _check_heard(heard, result, tools=tools)
            if result is not None:
                attempts = result["route"]["attempts"]
                assert [each["provider"] for each in attempts if each["error"] is None][-1] == result["provider"]
                assert tools or len({each["provider"] for each in attempts}) == len(attempts)
                used: Any = ctx.usage.total()
                assert used.pop("cost_usd") == result["cost_usd"]
                assert used == result["usage"]

        for _ in range(6):
            await asyncio.gather(*(one() for _ in range(chance.randint(1, 4))))
            now += chance.choice([0.0, 5.0, 11.0, 31.0, 400.0])
            assert not [name for name in names if _is_tried(health, candidate(name).name)]
        assert not [task for task in asyncio.all_tasks() - before if "RoutedCall" in repr(task)]
