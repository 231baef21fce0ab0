"""The HTTP answer of a run: an ASGI application that calls the workflow and writes what it says.

The workflow pushes: its nodes write events through the context straight to the server and wait for it. There is no
queue and no generator between. Beside the run's own task there is one that waits for the caller to go away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Literal, TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.runtime.context import ActiveRun, ExecutionContext, Process, Reply, milliseconds_since
from app.runtime.errors import Cancelled, HttpError, ServiceError
from app.runtime.events import EventSink, encode
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, public_problem, told_to_operator

StreamMode = Literal["auto", "always", "never"]
Input = TypeVar("Input")

_EVENTS = "text/event-stream"
_JSON = "application/json"


@lru_cache(maxsize=64)
def wants_stream(accept: str | None, mode: StreamMode, kinds: tuple[str, ...] = (_JSON,)) -> bool:
    """Whether to answer with a stream, or in one piece with one of some media types.

    In mode "auto" a stream has to be asked for by name; a mere `*/*` gets an answer in one piece.

    Raises:
        HttpError: 406, the caller takes neither of the kinds that the mode allows.
    """
    # Of the same range twice, the higher quality counts.
    ranges = dict(sorted(map(_media_range, (accept or "*/*").lower().split(","))))
    stream, whole = _quality(ranges, _EVENTS), max(_quality(ranges, kind) for kind in kinds)
    streams = mode == "always"
    if mode == "auto":
        streams = stream > 0 and (whole == 0 or (_EVENTS in ranges and stream >= whole))
    if (stream if streams else whole) > 0:
        return streams
    offered = " or ".join([*(() if mode == "never" else (_EVENTS,)), *(() if mode == "always" else kinds)])
    detail = f"This endpoint answers with {offered}, which the Accept header rules out."
    raise HttpError(406, detail, hint=f"Send Accept: {offered}.")


def _media_range(item: str) -> tuple[str, float]:
    """The range and its quality, which is 0 when it cannot be read."""
    name, *parameters = (part.strip() for part in item.split(";"))
    quality = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
    try:
        return name, float(quality)
    except ValueError:
        return name, 0.0


def _quality(ranges: dict[str, float], media_type: str) -> float:
    """The quality by the most specific range that fits; what has no body fits any."""
    if media_type == "*/*":
        return max(ranges.values())
    fitting = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    return next((ranges[name] for name in fitting if name in ranges), 0.0)


@dataclass(eq=False)
class RunResponse(Response, Generic[Input]):
    """Answers a request with a run of a workflow, as a stream of events or as one JSON answer."""

    run: Callable[[ExecutionContext, Input], Awaitable[Reply]]
    inputs: Input
    process: Process
    workflow: str
    streaming: bool

    background = None
    status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the workflow and answers; ends early when the caller goes away or the service shuts down."""
        active = ActiveRun()
        ctx = self.process.context()
        ctx.request_id = scope["state"]["request_id"]
        ctx.sink = self.sink(ctx, send, stalled=lambda: active.stop("stalled"))
        self.process.active.add(active)
        watcher = asyncio.create_task(_watch_for_disconnect(receive, active))
        try:
            outcome = await self._outcome(ctx, active)
            watcher.cancel()
            if active.reason not in ("disconnect", "stalled"):
                response = outcome if isinstance(outcome, Response) else self.problem(ctx, outcome)
                if ctx.sink is not None and response.media_type == _EVENTS:
                    await ctx.sink.end(bytes(response.body))
                else:
                    await response(scope, receive, send)
        finally:
            watcher.cancel()
            self.process.active.discard(active)
            if ctx.sink is not None:
                ctx.sink.close()
        log_event(
            "run",
            execution_id=ctx.execution_id,
            request_id=ctx.request_id,
            workflow=self.workflow,
            **scope["state"]["log_fields"],
            stream=self.streaming,
            **told_to_operator(outcome if isinstance(outcome, ServiceError) else None),
            stopped_by=active.reason,
            elapsed_ms=milliseconds_since(ctx.started),
            usage=ctx.usage.total(),
        )

    def sink(self, ctx: ExecutionContext, send: Send, *, stalled: Callable[[], None]) -> EventSink | None:
        """What tells the caller of the run while it goes on."""
        if not self.streaming:
            return None
        return EventSink(
            send,
            ping_seconds=ctx.settings.ping_seconds,
            write_timeout_seconds=ctx.settings.write_timeout_seconds,
            stalled=stalled,
        )

    def answer(self, ctx: ExecutionContext, reply: Reply) -> Response:
        """The answer; of a stream, what ends it.

        Raises:
            TypeError, ValueError, RecursionError: the reply has no JSON form.
        """
        return _answer(ctx, reply)

    async def _outcome(self, ctx: ExecutionContext, active: ActiveRun) -> Response | ServiceError:
        try:
            return self.answer(ctx, await self.run(ctx, self.inputs))
        except asyncio.CancelledError:
            if not active.absorb_cancellation():
                raise
        except Exception as error:
            if not active.absorb_cancellation():
                return as_service_error(error)
        return Cancelled("The service is shutting down." if active.reason == "shutdown" else "The caller went away.")

    def problem(self, ctx: ExecutionContext, error: ServiceError) -> Response:
        """The error as an answer of its own, or as the last event of a stream that has begun."""
        problem = public_problem(error, exposed=self.process.settings.expose_errors)
        problem["execution_id"] = ctx.execution_id
        if ctx.sink is not None and ctx.sink.started:
            return Response(ctx.sink.frame("error", problem), media_type=_EVENTS)
        return Response(encode(problem), error.status, error.headers, "application/problem+json")


def _answer(ctx: ExecutionContext, reply: Reply) -> Response:
    """The one JSON answer; in a stream the `done` event, after the whole text as one `token` event if none has left.

    Raises:
        TypeError, ValueError, RecursionError: the reply has no JSON form.
    """
    elapsed = milliseconds_since(ctx.started)
    meta = {"execution_id": ctx.execution_id, "elapsed_ms": elapsed, "node_timings": ctx.node_timings}
    answer = {"output": reply.output, "usage": ctx.usage.total(), "meta": meta}
    sink = ctx.sink
    if sink is None:
        return reply.response or Response(encode(answer), reply.status, media_type=_JSON)
    text, before = "".join(sink.text), b""
    if not sink.token_count and isinstance(reply.output, str) and reply.output:
        text = reply.output
        before = sink.text_frames({"node": next(reversed(ctx.node_timings), "response")})(text)
        sink.token_count = 1
    done = {"text": text, "token_count": sink.token_count, "finish_reason": sink.finish_reason, **answer}
    return Response(before + sink.frame("done", done), media_type=_EVENTS)


async def _watch_for_disconnect(receive: Receive, active: ActiveRun) -> None:
    # A body that nobody has asked for may be larger than allowed, which is no reason to end the run.
    with suppress(HTTPException):
        while (await receive())["type"] != "http.disconnect":
            pass
        active.stop("disconnect")
