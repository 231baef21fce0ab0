"""Steps that hang, fail, are tried again and kept; runs that take too long; steps that wait."""

import asyncio
import json
import logging
import time
from typing import Any

import pytest

from app.llm.completion import AnswerWriter
from app.llm.errors import StreamInterrupted
from app.nodes.llm.openai import complete
from app.runtime import steps
from app.runtime.context import ExecutionContext, Reply, open_context
from app.runtime.delay import delay
from app.runtime.errors import ExpressionError, MissingApiKey, ServiceError
from app.runtime.events import EventSink
from app.runtime.functions import FunctionFailed, call_function
from app.runtime.loops import in_round
from app.runtime.run_timeout import RunTimeout, timed
from app.runtime.step_cache import CachedStep, MemoryCache, StepCache
from app.runtime.steps import Retries, Step, StepFailed, StepTimeout
from tests.example_service import Input
from tests.upstream import CONFIG, DONE, USAGE_CHUNK, answer, chunk, context_for, head, problem, text, upstream

pytestmark = pytest.mark.asyncio


class Flaky:
    """Raises what it is given, one after the other, then gives how often it was called."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self, ctx: ExecutionContext, /, **given: Any) -> dict[str, Any]:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return {"calls": self.calls, **given}


class Busy(ServiceError, code="busy"):
    retryable = True


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited before each further attempt; nobody really waits."""
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(steps, "sleep", note)
    return waited


async def test_repeats_what_may_pass_with_longer_waits(waits: list[float]) -> None:
    flaky = Flaky(Busy("no"), FunctionFailed("no"), Busy("no"))
    async with open_context() as ctx:
        got = await Step("work", retries=Retries(3, backoff=2)).run(flaky, ctx, city="Bonn")
    assert got == {"calls": 4, "city": "Bonn"}
    assert [base / 2 <= wait <= base for base, wait in zip((2, 4, 8), waits, strict=True)] == [True] * 3


async def test_what_one_item_of_a_loop_has_said_keeps_no_other_from_a_retry(waits: list[float]) -> None:
    heard: list[Any] = []

    async def send(message: Any) -> None:
        heard.append(message)

    step = Step("answer", retries=Retries(1))
    async with open_context() as ctx:
        sink = ctx.sink = EventSink(send, ping_seconds=60)
        first, second = in_round(ctx, ("each", 0)), in_round(ctx, ("each", 1))
        flaky = Flaky(Busy("no"))

        async def interrupted(ctx: ExecutionContext) -> None:
            await AnswerWriter(sink, ctx.place("answer"), None).write(["Half an"])
            # Another item is worked on meanwhile; it has said nothing yet.
            await step.run(flaky, second)
            raise Busy("no")

        with pytest.raises(Busy):
            await step.run(interrupted, first)
        sink.close()
    assert flaky.calls == 2


async def test_gives_up_after_the_last_retry(waits: list[float]) -> None:
    flaky = Flaky(*(Busy("no") for _ in range(5)))
    async with open_context() as ctx:
        with pytest.raises(Busy) as raised:
            await Step("work", retries=Retries(2)).run(flaky, ctx)
    assert (flaky.calls, len(waits), raised.value.node) == (3, 2, "work")


@pytest.mark.parametrize(
    ("on", "error"),
    [
        (None, MissingApiKey("no")),
        (("busy",), FunctionFailed("no")),
        (None, Busy("no", retry_after_s=600)),
    ],
)
async def test_leaves_alone_what_would_fail_again(
    waits: list[float], on: tuple[str, ...] | None, error: ServiceError
) -> None:
    flaky = Flaky(error)
    async with open_context() as ctx:
        with pytest.raises(type(error)):
            await Step("work", retries=Retries(2, on=on)).run(flaky, ctx)
    assert (flaky.calls, waits) == (1, [])


async def test_waits_as_long_as_the_server_asks(waits: list[float]) -> None:
    async with open_context() as ctx:
        await Step("work", retries=Retries(1, backoff=0)).run(Flaky(Busy("no", retry_after_s=7)), ctx)
    assert waits == [7]


async def hanging(ctx: ExecutionContext, ended: list[str]) -> None:
    try:
        await asyncio.sleep(60)
    finally:
        ended.append("cancelled")


async def test_an_attempt_that_takes_too_long_is_cancelled_and_repeated(waits: list[float]) -> None:
    ended: list[str] = []
    async with open_context() as ctx:
        with pytest.raises(StepTimeout) as raised:
            await Step("work", timeout=0.02, retries=Retries(1)).run(hanging, ctx, ended)
    assert ended == ["cancelled", "cancelled"]
    assert raised.value.problem()["timeout_s"] == 0.02


async def test_a_timeout_of_the_call_itself_is_passed_on() -> None:
    async def times_out(ctx: ExecutionContext) -> None:
        raise TimeoutError("its own")

    async with open_context() as ctx:
        with pytest.raises(TimeoutError, match="its own"):
            await Step("work", timeout=5).run(times_out, ctx)


async def test_a_failure_that_is_handled_is_a_problem_object() -> None:
    def fails() -> None:
        raise LookupError("secret")

    async with open_context() as ctx:
        with pytest.raises(StepFailed) as raised:
            await Step("work").attempt(call_function, ctx, "work", fails)
    found = raised.value.problem
    assert (found["code"], found["node"], found["status"]) == ("function_failed", "work", 500)
    assert "secret" not in str(found)


async def test_a_failure_in_a_loop_names_the_rounds(waits: list[float], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="app")
    inner = Busy("no", items=[{"node": "inside", "index": 7}])
    async with open_context() as run:
        ctx = in_round(run, ("outer", 4), ("inner", 1))
        with pytest.raises(StepFailed) as raised:
            await Step("work", retries=Retries(1)).attempt(Flaky(Busy("no"), inner), ctx)
    rounds = [{"node": "outer", "index": 4}, {"node": "inner", "index": 1}]
    lines = [json.loads(record.message) for record in caplog.records]
    assert [(line["event"], line["details"]["items"]) for line in lines] == [
        ("step_retry", rounds),
        ("step_failed", [*rounds, {"node": "inside", "index": 7}]),
    ]
    assert raised.value.problem["items"] == lines[1]["details"]["items"]


async def test_a_cancellation_is_no_failure() -> None:
    ended: list[str] = []
    async with open_context() as ctx:
        work = asyncio.create_task(Step("work", timeout=60, retries=Retries(5)).attempt(hanging, ctx, ended))
        await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert ended == ["cancelled"]


@pytest.mark.parametrize("has_begun", [False, True])
async def test_a_stream_is_repeated_only_before_its_first_token(waits: list[float], has_begun: bool) -> None:
    broken = [head(), text("Hel"), "reset"] if has_begun else answer("503", problem("down"))
    whole_answer = [head(), text("Hello"), chunk(finish_reason="stop"), USAGE_CHUNK, DONE]
    frames: list[bytes] = []

    async def send(message: Any) -> None:
        frames.append(message.get("body", b""))

    async with upstream(broken, whole_answer) as server, context_for(server.url, max_retries=0) as ctx:
        ctx.sink = EventSink(send, ping_seconds=60)
        run = Step("say", retries=Retries(1)).run(complete, ctx, CONFIG, node="say", streamed=True)
        if has_begun:
            with pytest.raises(StreamInterrupted):
                await run
        else:
            assert (await run)["content"] == "Hello"
        ctx.sink.close()
    assert b"".join(frames).count(b"event: token") == 1
    assert len(waits) == (0 if has_begun else 1)


async def test_a_result_is_kept_by_its_key_for_a_while() -> None:
    now = 0.0
    work = Flaky(Busy("not kept"))
    step = CachedStep("work", workflow="w", ttl=10)
    other = CachedStep("other", workflow="w", ttl=10)
    async with open_context() as ctx:
        ctx.pools.shared(StepCache).memory = MemoryCache(clock=lambda: now)
        with pytest.raises(Busy):
            await step.keyed("a").run(work, ctx)
        got = [(await step.keyed(key).run(work, ctx))["calls"] for key in ("a", "a", ["a"], {"a": 1}, "a")]
        assert got == [2, 2, 3, 4, 2]
        assert (await other.keyed("a").run(work, ctx))["calls"] == 5
        first = await step.keyed("a").run(work, ctx)
        first["calls"] = "changed"
        assert (await step.keyed("a").run(work, ctx))["calls"] == 2
        now = 10.0
        assert (await step.keyed("a").run(work, ctx))["calls"] == 6


async def test_memory_lets_go_of_what_was_read_longest_ago() -> None:
    cache = MemoryCache(most_bytes=20)
    for name in "abc":
        await cache.put(name, b"x" * 8, 60)
        await cache.get("a")
    assert [await cache.get(name) is not None for name in "abc"] == [True, False, True]


async def test_what_has_no_json_form_is_given_and_not_kept() -> None:
    made = object()

    async def odd(ctx: ExecutionContext) -> object:
        return made

    async with open_context() as ctx:
        assert await CachedStep("work", workflow="w", ttl=10).keyed("a").run(odd, ctx) is made


async def test_a_redis_that_does_not_answer_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    work = Flaky()
    step = CachedStep("work", workflow="w", ttl=10)
    async with open_context() as ctx:
        got = [(await step.keyed("a").run(work, ctx))["calls"] for _ in range(2)]
        assert type(ctx.pools.shared(StepCache).of(ctx)).__name__ == "RedisCache"
    assert got == [1, 2]


async def test_a_run_ends_when_its_time_is_over() -> None:
    ended: list[str] = []

    async def run(ctx: ExecutionContext, inputs: Input) -> Reply:
        # No failure of a step: the run goes on along no error way.
        await Step("work", timeout=60, retries=Retries(3)).attempt(hanging, ctx, ended)
        return Reply("late")

    async with open_context() as ctx:
        with pytest.raises(RunTimeout) as raised:
            await timed(run, 0.02)(ctx, Input(message="x"))
        assert (await timed(run_at_once, 5)(ctx, Input(message="x"))).output == "done"
    assert ended == ["cancelled"]
    assert (raised.value.status, raised.value.problem()["code"]) == (504, "run_timeout")


async def run_at_once(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply("done")


async def test_a_delay_waits() -> None:
    async with open_context() as ctx:
        started = time.perf_counter()
        await delay(ctx, "pause", 0.02)
        assert time.perf_counter() - started >= 0.02
        assert ctx.node_timings["pause"] >= 20


@pytest.mark.parametrize("seconds", [-1, float("nan"), 1e9, "1", True, None])
async def test_a_delay_takes_seconds(seconds: Any) -> None:
    async with open_context() as ctx:
        with pytest.raises(ExpressionError):
            await delay(ctx, "pause", seconds)
