"""Connections: used again where they can be, given back whatever happens, and never more than allowed."""

import asyncio

import pytest

from app.runtime.errors import ServiceError
from tests import responses_upstream as responses
from tests.faults.asking import ASK, streamed
from tests.faults.framing import CHUNKED, OK, TEXT, chunked
from tests.faults.scene import GOOD, WAYS, Way
from tests.upstream import CONFIG, Step, context_for, head, text, upstream

HEL: dict[Way, bytes] = {
    "chat_stream": head() + text("Hel"),
    "responses_stream": head() + responses.BEGUN + responses.text("Hel"),
}


def kept(way: Way, *, close: bool = False) -> list[Step]:
    """A good answer in chunks whose connection stays open, unless the server closes it after all."""
    kind = "text/event-stream" if way.endswith("stream") else "application/json"
    begin = OK + f"content-type: {kind}\r\n".encode() + CHUNKED + b"\r\n"
    return [begin + chunked(TEXT[way], 100), 0.01, b"0\r\n\r\n", *([] if close else ["keep"])]


@pytest.mark.parametrize("way", WAYS)
async def test_connections_are_used_again(way: Way) -> None:
    ask, config = ASK[way]
    async with upstream(kept(way)) as server, context_for(server.url) as ctx:
        for _ in range(20):
            assert (await ask(ctx, config))["content"] == "Hello"
        assert (len(server.requests), server.connections) == (20, 1)


@pytest.mark.parametrize("way", WAYS)
async def test_a_connection_that_the_server_has_closed_in_the_meantime(way: Way) -> None:
    ask, config = ASK[way]
    async with upstream(kept(way, close=True)) as server, context_for(server.url) as ctx:
        for _ in range(5):
            assert (await ask(ctx, {**config, "max_retries": 0}))["content"] == "Hello"
            await asyncio.sleep(0.02)
        assert (len(server.requests), server.connections) == (5, 5)


@pytest.mark.parametrize("way", WAYS)
async def test_a_connection_that_the_server_closes_as_the_request_arrives(way: Way) -> None:
    """The server had given the connection up already; a fresh one is no second attempt."""
    ask, config = ASK[way]
    async with (
        upstream(kept(way), [], kept(way)) as server,
        context_for(server.url) as ctx,
    ):
        for _ in range(2):
            assert (await ask(ctx, {**config, "max_retries": 0}))["content"] == "Hello"
        assert (len(server.requests), server.connections) == (3, 2)


@pytest.mark.parametrize("way", WAYS)
async def test_a_connection_that_is_to_be_closed_is_not_used_again(way: Way) -> None:
    ask, config = ASK[way]
    async with upstream([GOOD[way], "keep"]) as server, context_for(server.url) as ctx:
        if way.endswith("stream"):  # a whole answer without a length ends when its connection does
            for _ in range(3):
                assert (await ask(ctx, {**config, "max_retries": 0}))["content"] == "Hello"
            assert server.connections == 3


@pytest.mark.parametrize("way", HEL)
async def test_cancelled_calls_leave_no_connection_behind(way: Way) -> None:
    ask, config = ASK[way]
    async with (
        upstream(*[[HEL[way], 10.0]] * 60, [GOOD[way]]) as server,
        context_for(server.url, max_connections=4) as ctx,
    ):
        for begun in range(4, 64, 4):
            tasks = [asyncio.ensure_future(ask(ctx, config)) for _ in range(4)]
            while len(server.requests) < begun:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.01)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert len(server.requests) == 60
        assert (await ask(ctx, config))["content"] == "Hello"


async def test_failed_calls_leave_no_connection_behind() -> None:
    broken: list[Step] = [head() + text("Hel") + b"data: [}\n\n", 10.0]
    async with (
        upstream(*[broken] * 20, [GOOD["chat_stream"]]) as server,
        context_for(server.url, max_connections=2, connect_timeout_seconds=1.0) as ctx,
    ):
        for _ in range(20):
            with pytest.raises(ServiceError) as caught:
                await streamed(ctx, CONFIG)
            assert caught.value.code == "stream_malformed"
        assert (await streamed(ctx, CONFIG))["content"] == "Hello"


async def test_a_full_pool_says_so() -> None:
    settings = {"max_connections": 1, "connect_timeout_seconds": 0.3, "max_retries": 0}
    async with (
        upstream([head() + text("Hel"), 10.0]) as server,
        context_for(server.url, **settings) as ctx,
    ):
        first = asyncio.create_task(streamed(ctx, CONFIG))
        await asyncio.sleep(0.1)
        with pytest.raises(ServiceError) as caught:
            await streamed(ctx, CONFIG)
        assert (caught.value.code, caught.value.details["phase"]) == ("upstream_timeout", "connect")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


async def test_a_full_pool_lets_the_next_one_in() -> None:
    script: list[Step] = [head() + text("Hel"), 0.2, TEXT["chat_stream"].partition(b"\n\n")[2]]
    async with (
        upstream(script) as server,
        context_for(server.url, max_connections=1) as ctx,
    ):
        answers = await asyncio.gather(*(streamed(ctx, CONFIG) for _ in range(3)))
        assert [answer["content"] for answer in answers] == ["Hello"] * 3
        assert (len(server.requests), ctx.usage.calls) == (3, 3)
