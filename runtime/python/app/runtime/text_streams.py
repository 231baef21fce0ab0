"""Answers that are the text of models as it comes, and nothing around it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError
from app.runtime.events import Place
from app.runtime.sparse_sinks import AnswerRestarted, SparseSink
from app.runtime.streaming import Input, RunResponse


class TextSink(SparseSink):
    """Sends the texts of a run. Of silence nothing is told, as whatever is sent belongs to the text."""

    def __init__(self, send: Send, *, content_type: str, **options: Any) -> None:
        super().__init__(send, **options)
        self.content_type = content_type

    def frame(self, event: str, data: dict[str, Any]) -> bytes:
        """No bytes.

        Raises:
            AnswerRestarted: what has left should not count.
        """
        if event == "restart" and self.started:
            raise AnswerRestarted("The model's answer broke off, and another model began anew.")
        return b""

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """The text itself."""
        return lambda text: text.encode(errors="replace")

    def ping(self) -> Awaitable[None]:
        """Sends nothing."""
        return self.write(b"")


class _BrokenOff(Response):
    """Sends nothing more, so that the connection ends before the body does, which the caller's client sees."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Does nothing."""


@dataclass(eq=False)
class TextStream(RunResponse[Input], Generic[Input]):
    """Answers with the text of a run while it comes; a run that has streamed none is answered in one piece."""

    content_type: str = "text/plain; charset=utf-8"

    def sink(self, ctx: ExecutionContext, send: Send, *, stalled: Callable[[], None]) -> TextSink:
        """What sends the text."""
        return TextSink(
            send,
            content_type=self.content_type,
            ping_seconds=ctx.settings.ping_seconds,
            write_timeout_seconds=ctx.settings.write_timeout_seconds,
            stalled=stalled,
        )

    def answer(self, ctx: ExecutionContext, reply: Reply) -> Response:
        """What is left of the text, or all of it.

        Raises:
            TypeError, ValueError, RecursionError: the reply has no JSON form.
        """
        sink = ctx.sink
        if isinstance(sink, TextSink) and sink.started:
            rest = sink.unsaid(reply.output) if isinstance(reply.output, str) else ""
            return Response(rest.encode(errors="replace"), media_type="text/event-stream")
        if sink is not None:
            sink.close()
            ctx.sink = None
        return super().answer(ctx, reply)

    def problem(self, ctx: ExecutionContext, error: ServiceError) -> Response:
        """The error as an answer of its own; a text that has begun breaks off."""
        if ctx.sink is not None and ctx.sink.started:
            return _BrokenOff()
        return super().problem(ctx, error)


def text_stream(content_type: str) -> Callable[..., TextStream[Any]]:
    """A TextStream of another type than plain text."""
    return partial(TextStream[Any], content_type=content_type)
