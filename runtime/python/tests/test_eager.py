"""Coroutines that are begun outside their task."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

import pytest

from app.runtime.http.connection import EagerSteps

request_id = contextvars.ContextVar("request_id", default="none")


async def begun_in_a_callback(work: Callable[[], Awaitable[None]]) -> Awaitable[None] | None:
    """What `begin` gives for a coroutine when the event loop calls it, as it does when bytes arrive."""
    steps = EagerSteps()
    loop = asyncio.get_running_loop()
    came: asyncio.Future[Awaitable[None] | None] = loop.create_future()

    def callback() -> None:
        try:
            came.set_result(steps.begin(work()))
        except Exception as error:
            came.set_exception(error)

    loop.call_soon(callback, context=contextvars.Context())
    return await came


async def test_what_need_not_wait_is_done_at_once() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append("done")

    assert await begun_in_a_callback(work) is None
    assert seen == ["done"]


async def test_it_runs_in_the_name_and_the_context_of_the_task() -> None:
    request_id.set("req_1")
    seen: list[object] = []

    async def work() -> None:
        seen.extend((asyncio.current_task(), request_id.get()))

    assert await begun_in_a_callback(work) is None
    assert seen == [asyncio.current_task(), "req_1"]


async def test_what_waits_goes_on_in_the_task() -> None:
    seen: list[str] = []
    ready = asyncio.Event()

    async def work() -> None:
        seen.append("before")
        await ready.wait()
        await asyncio.sleep(0)
        seen.append("after")

    left = await begun_in_a_callback(work)
    assert left is not None
    assert seen == ["before"]
    ready.set()
    await left
    assert seen == ["before", "after"]


async def test_errors_come_out_where_they_happen() -> None:
    async def at_once() -> None:
        raise ValueError("at once")

    async def later() -> None:
        await asyncio.sleep(0)
        raise ValueError("later")

    with pytest.raises(ValueError, match="at once"):
        await begun_in_a_callback(at_once)
    left = await begun_in_a_callback(later)
    assert left is not None
    with pytest.raises(ValueError, match="later"):
        await left


async def test_a_task_that_is_cancelled_closes_what_it_has_begun() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            seen.append("closed")

    left = await begun_in_a_callback(work)
    assert left is not None

    async def finish() -> None:
        await left

    task = asyncio.create_task(finish())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["closed"]


async def test_what_is_no_coroutine_is_left_to_the_task() -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    assert await begun_in_a_callback(lambda: future) is future
