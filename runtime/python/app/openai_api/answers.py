"""What answers in all of OpenAI's APIs have in common: one text, which is what the run's response says."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import time
from typing import Any, Generic

from starlette.responses import Response
from starlette.types import Send

from app.openai_api.errors import BadRequest, error_response
from app.openai_api.requests import Asked
from app.runtime.caller_tools import CallsForCaller
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import HttpError, ServiceError
from app.runtime.events import EventSink, encode, nothing
from app.runtime.sparse_sinks import AnswerRestarted, SparseSink
from app.runtime.streaming import Input, RunResponse

EVENTS = "text/event-stream"


class AnswerSink(SparseSink):
    """The way to a caller who knows of a run only what it says, and of calls of functions that he `offered`."""

    def __init__(self, send: Send, *, offered: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(send, **options)
        self._offered = offered
        self.has_said = False
        """Whether some of the answer has left, so that it cannot be another any more."""

    def frame(self, event: str, data: dict[str, Any]) -> bytes:
        """No bytes, for what has no place in the caller's language.

        Raises:
            AnswerRestarted: what has left should not count.
        """
        if event == "function_call_delta" and data["name"] in self._offered:
            self.has_said = True
            return self.call_frames(data["id"], data["name"], data["arguments"])
        if event == "restart" and self.has_said:
            raise AnswerRestarted("The model's answer broke off, and another model began anew.")
        return b""

    def call_frames(self, call_id: str, name: str, arguments: str) -> bytes:
        """The next piece of a call of what the caller offered."""
        return b""


class SilentSink(AnswerSink):
    """Of a run whose answer comes in one piece: it only notes how the model's ended."""

    listens = False

    def __init__(self, send: Send, **options: Any) -> None:
        super().__init__(send, **options)
        self.close()

    def write(self, frames: bytes, *, more: bool = True) -> Awaitable[None]:
        """Sends nothing."""
        return nothing()


@dataclass(eq=False, kw_only=True)
class SpokenAnswer(RunResponse[Input], Generic[Input]):
    """Answers with a run of a workflow, in one of OpenAI's APIs."""

    asked: Asked
    created: int = field(default_factory=lambda: int(time()))

    @abstractmethod
    def open_stream(self, ctx: ExecutionContext, send: Send, **options: Any) -> AnswerSink:
        """What streams the answer."""

    @abstractmethod
    def whole(self, ctx: ExecutionContext, text: str, finish_reason: str) -> dict[str, Any]:
        """The answer in one piece."""

    @abstractmethod
    def end(self, ctx: ExecutionContext, sink: Any, text: str, finish_reason: str) -> bytes:
        """What ends a stream, whose text is this as a whole."""

    @abstractmethod
    def calls(self, ctx: ExecutionContext, content: str | None, calls: list[dict[str, Any]]) -> dict[str, Any]:
        """The answer in one piece, when the model calls functions of the caller."""

    @abstractmethod
    def end_with_calls(self, ctx: ExecutionContext, sink: Any, calls: list[dict[str, Any]]) -> bytes:
        """What ends a stream, when the model calls functions of the caller."""

    @abstractmethod
    def broken_off(self, ctx: ExecutionContext, sink: Any, error: ServiceError) -> bytes:
        """What ends a stream that has begun and failed."""

    def sink(self, ctx: ExecutionContext, send: Send, *, stalled: Callable[[], None]) -> EventSink:
        """What tells the caller of the run while it goes on."""
        options = {
            "ping_seconds": ctx.settings.ping_seconds,
            "write_timeout_seconds": ctx.settings.write_timeout_seconds,
            "stalled": stalled,
            "offered": frozenset(tool["function"]["name"] for tool in self.asked.tools),
        }
        return self.open_stream(ctx, send, **options) if self.streaming else SilentSink(send, **options)

    def answer(self, ctx: ExecutionContext, reply: Reply) -> Response:
        """The answer; of a stream, what ends it.

        Raises:
            HttpError: the workflow answers with the status of an error.
            TypeError, ValueError, RecursionError: the reply has no JSON form.
        """
        text = spoken(reply.output)
        if reply.status >= 400:
            raise HttpError(reply.status, text, hint="")
        reason = (ctx.sink and ctx.sink.finish_reason) or "stop"
        if not self.streaming:
            return Response(encode(self.whole(ctx, text, reason)), media_type="application/json")
        return Response(self.end(ctx, ctx.sink, text, reason), media_type=EVENTS)

    def problem(self, ctx: ExecutionContext, error: ServiceError) -> Response:
        """The error as an answer of its own, or as the end of a stream that has begun; calls of the caller's functions,
        which end a run as well, are an answer."""
        if isinstance(error, CallsForCaller):
            if self.streaming:
                return Response(self.end_with_calls(ctx, ctx.sink, error.calls), media_type=EVENTS)
            return Response(encode(self.calls(ctx, error.content, error.calls)), media_type="application/json")
        error = self._as_callers(error)
        if ctx.sink is not None and ctx.sink.started:
            return Response(self.broken_off(ctx, ctx.sink, error), media_type=EVENTS)
        return error_response(error, exposed=ctx.settings.expose_errors)

    def _as_callers(self, error: ServiceError) -> ServiceError:
        """The error as one of the request, where the model refuses what the workflow only passes on."""
        if (error.code, error.status) != ("invalid_request", 502):
            return error
        place: str = error.details.get("parameter") or "messages"
        if self.asked.shows_more_than_text and place.startswith(("messages", "input")):
            param = "messages" if "messages" in self.asked.body else "input"
            return BadRequest("The model refuses images, files or audio of the conversation.", param=param)
        if self.asked.tools and place.startswith("tool"):
            return BadRequest("The model refuses functions that are offered.", param="tools")
        return error


def spoken(output: Any) -> str:
    """What a workflow answers, as the text of a message: JSON where it is no text.

    Raises:
        TypeError, ValueError, RecursionError: it has no JSON form.
    """
    return output if isinstance(output, str) else "" if output is None else encode(output).decode()
