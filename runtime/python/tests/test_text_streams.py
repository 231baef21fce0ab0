"""Answers that are the text of models as it comes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Message

from app.runtime.context import ExecutionContext, Process, Reply
from app.runtime.errors import HttpError
from app.runtime.text_streams import TextStream

Run = Callable[[ExecutionContext, None], Awaitable[Reply]]


async def asked(run: Run) -> list[Message]:
    """What is sent to the server for a run."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    scope: Any = {"type": "http", "state": {"request_id": "r", "log_fields": {}}}
    await TextStream(run, None, Process(), "told", streaming=True)(scope, receive, send)
    return sent


async def say(ctx: ExecutionContext, *pieces: str) -> None:
    assert ctx.sink is not None
    frame = ctx.sink.text_frames({"node": "answer"})
    for piece in pieces:
        await ctx.sink.write(frame(piece))
    ctx.sink.streamed("".join(pieces), token_count=len(pieces))


async def test_each_piece_leaves_as_it_is() -> None:
    async def run(ctx: ExecutionContext, _: None) -> Reply:
        await say(ctx, "Hel", "", "lo \u00e9")
        return Reply("Hello \u00e9!")

    start, *bodies = await asked(run)
    assert dict(start["headers"])[b"content-type"] == b"text/plain; charset=utf-8"
    assert [(each["body"], each["more_body"]) for each in bodies] == [
        (b"Hel", True),
        ("lo \u00e9".encode(), True),
        (b"!", False),
    ]


async def test_a_run_that_says_nothing_is_answered_in_one_piece() -> None:
    async def run(ctx: ExecutionContext, _: None) -> Reply:
        return Reply({"found": 1})

    start, body = await asked(run)
    assert dict(start["headers"])[b"content-type"] == b"application/json"
    assert b'"found":1' in body["body"]


async def test_a_failure_before_the_text_is_a_problem_and_later_breaks_it_off() -> None:
    async def failing(ctx: ExecutionContext, _: None) -> Reply:
        raise HttpError(409, "Not now.")

    async def failing_late(ctx: ExecutionContext, _: None) -> Reply:
        await say(ctx, "Hel")
        raise HttpError(409, "Not now.")

    assert (await asked(failing))[0]["status"] == 409
    start, only = await asked(failing_late)
    assert start["status"] == 200
    assert only["more_body"]
