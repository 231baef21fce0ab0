"""Whoever asked goes away: the connection upstream is closed within a second, and what was used is counted."""

import asyncio
import time

import pytest

from app.nodes.llm.openai import stream_openai_completion
from tests import responses_upstream as responses
from tests.faults.asking import ASK
from tests.faults.scene import JSON, Way
from tests.upstream import CONFIG, Upstream, context_for, head, text, upstream

MOMENTS: dict[str, tuple[Way, bytes]] = {
    "before the headers": ("chat_stream", b""),
    "before the headers of a whole answer": ("chat_whole", b""),
    "in the middle of a whole answer": ("responses_whole", JSON + b"{"),
    "before the first token": ("chat_stream", head()),
    "before the first token of a response": ("responses_stream", head() + responses.CREATED),
    "later": ("chat_stream", head() + text("Hel")),
    "later in a response": ("responses_stream", head() + responses.BEGUN + responses.text("Hel")),
}


async def arrived(server: Upstream) -> None:
    """Returns when a request has, and what is answered at once has had time to arrive too."""
    while not server.requests:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)


@pytest.mark.parametrize(("way", "first"), MOMENTS.values(), ids=MOMENTS.keys())
async def test_cancel_closes_the_upstream_connection(way: Way, first: bytes) -> None:
    ask, config = ASK[way]
    async with upstream([first, 10.0]) as server, context_for(server.url) as ctx:
        task = asyncio.ensure_future(ask(ctx, config))
        await arrived(server)
        task.cancel()
        started = time.monotonic()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(server.client_gone.wait(), 1)
        assert task.cancelled()
        assert time.monotonic() - started < 1
        assert ctx.usage.total().get("estimated") is True


async def test_cancel_while_waiting_for_a_retry() -> None:
    script = [head("429 Too Many Requests", retry_after="20") + b"{}"]
    async with upstream(script) as server, context_for(server.url) as ctx:
        task = asyncio.ensure_future(ASK["chat_stream"][0](ctx, CONFIG))
        await arrived(server)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert (len(server.requests), ctx.usage.total()["total_tokens"]) == (1, 0)


async def test_leaving_the_loop_early_closes_the_upstream_connection() -> None:
    async with (
        upstream([head() + text("Hel"), 10.0]) as server,
        context_for(server.url) as ctx,
    ):
        stream = stream_openai_completion(ctx, CONFIG)
        assert await anext(stream) == "Hel"
        await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        await asyncio.wait_for(server.client_gone.wait(), 1)
