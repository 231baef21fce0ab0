"""A call of a tool: a run of a workflow, with its progress."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, cast

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.mcp_server.messages import Asked, Id, JsonObject
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink, Place, encode
from app.runtime.problems import public_problem
from app.runtime.sparse_sinks import SparseSink
from app.runtime.streaming import Input, RunResponse

_EVENTS = "text/event-stream"


def _message(message: JsonObject) -> bytes:
    return b"event: message\ndata: %b\n\n" % encode(message)


class ProgressSink(SparseSink):
    """Tells of a run by notifications: of text as it comes, of items and of what functions gave."""

    def __init__(self, send: Send, *, token: Id, **options: Any) -> None:
        super().__init__(send, **options)
        self._token = token
        self._progress = 0

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """What makes a notification of each piece of text."""
        return self._notify

    def frame(self, event: str, data: JsonObject) -> bytes:
        """A notification of what shows that the run goes on; no bytes for the rest."""
        match event:
            case "item":
                return self._notify(f"{data['node']} {data['index'] + 1}")
            case "tool_result":
                return self._notify(f"{data['node']}: {data['name']}")
            case _:
                return b""

    def _notify(self, text: str) -> bytes:
        self._progress += 1
        params = {"progressToken": self._token, "progress": self._progress, "message": text}
        return _message({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})


@dataclass(eq=False, kw_only=True)
class ToolRun(RunResponse[Input], Generic[Input]):
    """Answers `tools/call` with a run, which `stopped` ends; `ended` is told when it has. `gives` and `wraps` are the
    tool's.
    """

    asked: Asked
    stopped: asyncio.Event
    gives: JsonObject | None
    wraps: bool
    ended: Callable[[], object]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the workflow; a caller who goes away ends it, and so does one who cancels it."""
        cancelling = asyncio.create_task(self.stopped.wait())

        async def receive_or_cancelled() -> Message:
            receiving = asyncio.ensure_future(cast("Any", receive()))
            try:
                await asyncio.wait({receiving, cancelling}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not receiving.done():
                    receiving.cancel()
            return receiving.result() if receiving.done() and not receiving.cancelled() else {"type": "http.disconnect"}

        try:
            await super().__call__(scope, receive_or_cancelled, send)
        finally:
            cancelling.cancel()
            self.ended()

    def sink(self, ctx: ExecutionContext, send: Send, *, stalled: Callable[[], None]) -> EventSink | None:
        """What tells the caller of the run while it goes on, if he wants to hear of it."""
        token = self.asked.progress_token
        if token is None:
            return None
        timeout = ctx.settings.write_timeout_seconds
        options: JsonObject = {"ping_seconds": ctx.settings.ping_seconds, "write_timeout_seconds": timeout}
        return ProgressSink(send, token=token, stalled=stalled, **options)

    def answer(self, ctx: ExecutionContext, reply: Reply) -> Response:
        """What the tool gives: as text, and as what its schema says.

        Raises:
            TypeError, ValueError, RecursionError: the reply has no JSON form.
        """
        text = reply.output if isinstance(reply.output, str) else encode(reply.output).decode()
        result: JsonObject = {"content": [{"type": "text", "text": text}], "isError": reply.status >= 400}
        if self.gives is not None and reply.status < 400:
            result["structuredContent"] = {"result": reply.output} if self.wraps else reply.output
        return self._answered(ctx, result)

    def problem(self, ctx: ExecutionContext, error: ServiceError) -> Response:
        """That the tool failed, which models are told so that they can do otherwise."""
        problem = public_problem(error, exposed=ctx.settings.expose_errors)
        text = f"{problem['detail']} {problem.get('hint') or ''}".rstrip()
        return self._answered(ctx, {"content": [{"type": "text", "text": text}], "isError": True})

    def _answered(self, ctx: ExecutionContext, result: JsonObject) -> Response:
        answer = self.asked.answer(result)
        if ctx.sink is None or not ctx.sink.started:
            return Response(encode(answer), media_type="application/json")
        return Response(_message(answer), media_type=_EVENTS)
