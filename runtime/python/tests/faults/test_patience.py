"""What must not be taken for a fault: slow models, slow readers, models that reason, waits that were asked for."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from app.nodes.llm.openai import execute_openai_completion, stream_openai_completion
from tests import responses_upstream as responses
from tests.faults.asking import BY_RESPONSES, received
from tests.faults.scene import GOOD
from tests.upstream import CONFIG, DONE, FINISH, Step, answer, context_for, head, problem, text, upstream


async def test_content_keeps_the_idle_deadline_away() -> None:
    slow: list[Step] = [step for _ in range(8) for step in (text("x"), 0.2)]
    got, error, _ = await received(head(), *slow, FINISH + DONE, idle_timeout_seconds=1.0)
    assert (got, error) == ("x" * 8, None)
    slow = [step for _ in range(8) for step in (responses.text("x"), 0.2)]
    got, error, _ = await received(
        head() + responses.BEGUN, *slow, responses.ended(), config=BY_RESPONSES, idle_timeout_seconds=1.0
    )
    assert (got, error) == ("x" * 8, None)


async def test_a_slow_reader_of_ours_is_no_silent_upstream() -> None:
    async with (
        upstream([head() + text("Hel"), 0.4, text("lo") + FINISH + DONE]) as server,
        context_for(server.url, idle_timeout_seconds=0.3) as ctx,
    ):
        pieces: list[str] = []
        async for piece in stream_openai_completion(ctx, CONFIG):
            pieces.append(piece)
            await asyncio.sleep(0.5)
        assert pieces == ["Hel", "lo"]


async def test_a_model_that_reasons_may_be_silent_longer() -> None:
    limits = {"first_byte_timeout_seconds": 1.5, "idle_timeout_seconds": 0.3}
    begun = head() + responses.CREATED + responses.added(0, responses.REASONING)
    thinking: list[Step] = [begun, 0.6, responses.done(0, responses.REASONING) + responses.text("Hello", 1)]
    got, error, _ = await received(*thinking, responses.ended(), config=BY_RESPONSES, **limits)
    assert (got, error) == ("Hello", None)
    got, error, _ = await received(*thinking, 5.0, config=BY_RESPONSES, **limits)
    assert error is not None
    assert (got, error.details["phase"]) == ("Hello", "idle")
    _, error, _ = await received(*thinking[:1], 5.0, config=BY_RESPONSES, **limits)
    assert error is not None
    assert error.details["phase"] == "first_byte"


async def test_retry_after_a_date_waits_for_it() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2))
    refusal = answer("429 Too Many Requests", problem("rate_limit_exceeded"), retry_after=soon)
    async with (
        upstream(refusal, [GOOD["chat_whole"]]) as server,
        context_for(server.url) as ctx,
    ):
        started = time.monotonic()
        await execute_openai_completion(ctx, CONFIG)
        assert 0.5 < time.monotonic() - started < 3


async def test_retries_without_a_time_back_off() -> None:
    refused = answer("503 Service Unavailable", b"")
    took: list[float] = []
    async with upstream(refused) as server, context_for(server.url) as ctx:
        for _ in range(3):
            server.play(refused, [GOOD["chat_whole"]])
            started = time.monotonic()
            await execute_openai_completion(ctx, CONFIG)
            took.append(time.monotonic() - started)
    # A busy machine makes single ones slower, and none faster.
    assert 0.3 < min(took) < 1
