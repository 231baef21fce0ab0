"""One run whose caller listens over a WebSocket, beside others."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic

from starlette.datastructures import State
from starlette.responses import Response
from starlette.types import Message
from starlette.types import Send as AsgiSend

from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink, Place, encode
from app.runtime.problems import public_problem
from app.runtime.streaming import Input, RunResponse

_LINES = "text/event-stream"
"""The kind of what goes through the sink; here, one JSON message a line."""


def message(run: str | None, event: str, data: dict[str, Any]) -> bytes:
    """One event of a run as a message, on a line of its own."""
    return encode({"id": run, "event": event, "data": data}) + b"\n"


class MessageSink(EventSink):
    """Writes events as messages, a line each. The connection has pings of its own."""

    def __init__(self, send: AsgiSend, *, run: str, **options: Any) -> None:
        super().__init__(send, **options)
        self.close()
        self._run = run

    def frame(self, event: str, data: dict[str, Any]) -> bytes:
        """An event as a message."""
        return message(self._run, event, data)

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """What makes a message of each piece of text."""
        before = b'{"id":%b,"event":"token","data":{"text":' % encode(self._run)
        after = b",%b}\n" % encode(place)[1:]
        return lambda text: before + encode(text) + after


@dataclass(eq=False, kw_only=True)
class SocketRun(RunResponse[Input], Generic[Input]):
    """A run, from its start to the last message; `done` is told what it answered. `connection` is the state of the
    request that opened it.
    """

    id: str
    connection: State
    done: Callable[[Any], None]

    def sink(self, ctx: ExecutionContext, send: AsgiSend, *, stalled: Callable[[], None]) -> EventSink:
        """What tells the caller of the run while it goes on."""
        return MessageSink(send, run=self.id, ping_seconds=ctx.settings.ping_seconds, stalled=stalled)

    def answer(self, ctx: ExecutionContext, reply: Reply) -> Response:
        """What ends it."""
        last = super().answer(ctx, reply)
        self.done(reply.output)
        return last

    def problem(self, ctx: ExecutionContext, error: ServiceError) -> Response:
        """What ends it when it fails, whether or not something has been said."""
        problem = public_problem(error, exposed=ctx.settings.expose_errors)
        problem["execution_id"] = ctx.execution_id
        return Response(message(self.id, "error", problem), media_type=_LINES)


async def perform(run: SocketRun[Any], tell: Callable[[bytes], Awaitable[None]], stopped: asyncio.Event) -> None:
    """Does a run: gives `tell` its messages, and ends it, with the call upstream, when `stopped` is set."""

    async def receive() -> Message:
        await stopped.wait()
        return {"type": "http.disconnect"}

    async def send(part: Message) -> None:
        if part["type"] == "http.response.body":
            await tell(part["body"])

    fields = {**run.connection.log_fields, "run": run.id}
    await run({"type": "http", "state": {"request_id": run.connection.request_id, "log_fields": fields}}, receive, send)
