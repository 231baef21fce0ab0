"""The HTTP answer of a run: an ASGI application that calls the workflow and writes what it says.

The workflow pushes: its nodes write events through the context straight to the server and wait for it. There is no
queue and no generator between. Beside the run's own task there is one that waits for the caller to go away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.runtime.context import ExecutionContext, Reply, milliseconds_since
from app.runtime.errors import Cancelled, HttpError, ServiceError
from app.runtime.events import EventSink, encode, frame
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, public_problem, told_to_operator
from app.runtime.process import ActiveRun, Process

StreamMode = Literal["auto", "always", "never"]
Input = TypeVar("Input")

_OFFERED = {
    "auto": "text/event-stream or application/json",
    "always": "text/event-stream",
    "never": "application/json",
}


def wants_stream(accept: str | None, mode: StreamMode) -> bool:
    """Whether to answer with a stream.

    In mode "auto" a stream has to be asked for by name; a mere `*/*` gets JSON.

    Raises:
        HttpError: 406, the caller takes neither of the kinds that the mode allows.
    """
    # Of the same range twice, the higher quality counts.
    ranges = dict(sorted(map(_media_range, (accept or "*/*").lower().split(","))))
    stream, whole = _quality(ranges, "text/event-stream"), _quality(ranges, "application/json")
    streams = mode == "always"
    if mode == "auto":
        streams = stream > 0 and (whole == 0 or ("text/event-stream" in ranges and stream >= whole))
    if (stream if streams else whole) > 0:
        return streams
    raise HttpError(
        406,
        f"This endpoint answers with {_OFFERED[mode]}, which the Accept header rules out.",
        hint=f"Send Accept: {_OFFERED[mode]}.",
    )


def _media_range(item: str) -> tuple[str, float]:
    """The range and its quality, which is 0 when it cannot be read."""
    name, *parameters = (part.strip() for part in item.split(";"))
    quality = next((value for key, _, value in (each.partition("=") for each in parameters) if key.strip() == "q"), "1")
    try:
        return name, float(quality)
    except ValueError:
        return name, 0.0


def _quality(ranges: dict[str, float], media_type: str) -> float:
    """The quality by the most specific range that fits."""
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
        ctx = self.process.open_run(active, send if self.streaming else None)
        self.process.active.add(active)
        watcher = asyncio.create_task(_watch_for_disconnect(receive, active))
        try:
            outcome = await self._outcome(ctx, active)
            watcher.cancel()
            if active.reason not in ("disconnect", "stalled"):
                outcome = await self._answer(send, ctx, outcome)
        finally:
            watcher.cancel()
            self.process.active.discard(active)
            if ctx.sink is not None:
                ctx.sink.close()
        log_event(
            "run",
            execution_id=ctx.execution_id,
            request_id=scope["state"]["request_id"],
            workflow=self.workflow,
            stream=self.streaming,
            **told_to_operator(outcome if isinstance(outcome, ServiceError) else None),
            stopped_by=active.reason,
            elapsed_ms=milliseconds_since(ctx.started),
            usage=ctx.usage.total(),
        )

    async def _outcome(self, ctx: ExecutionContext, active: ActiveRun) -> Reply | ServiceError:
        try:
            return await self.run(ctx, self.inputs)
        except asyncio.CancelledError:
            if not active.absorb_cancellation():
                raise
        except Exception as error:
            if not active.absorb_cancellation():
                return as_service_error(error)
        return Cancelled("The service is shutting down." if active.reason == "shutdown" else "The caller went away.")

    async def _answer(self, send: Send, ctx: ExecutionContext, outcome: Reply | ServiceError) -> Reply | ServiceError:
        """Gives the outcome that the caller was told: what a run gave may have no JSON form."""
        sink, body, headers = ctx.sink, b"", {"content-type": "application/json"}
        if isinstance(outcome, Reply):
            try:
                body = _whole(ctx, outcome) if sink is None else _last_events(ctx, sink, outcome)
            except (TypeError, ValueError, RecursionError) as error:
                outcome = as_service_error(error)
        if isinstance(outcome, ServiceError):
            problem = public_problem(outcome, exposed=self.process.settings.expose_errors)
            problem["execution_id"] = ctx.execution_id
            headers = {"content-type": "application/problem+json", **outcome.headers}
            if sink is not None and sink.started:
                body = frame("error", problem)
            else:
                sink, body = None, encode(problem)
        if sink is not None:
            await sink.end(body)
        else:
            fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            fields.append((b"content-length", b"%d" % len(body)))
            await send({"type": "http.response.start", "status": outcome.status, "headers": fields})
            await send({"type": "http.response.body", "body": body})
        return outcome


def _whole(ctx: ExecutionContext, reply: Reply) -> bytes:
    return encode({"output": reply.output, "usage": ctx.usage.total(), "meta": _meta(ctx)})


def _last_events(ctx: ExecutionContext, sink: EventSink, reply: Reply) -> bytes:
    """The `done` event, after the whole text as one `token` event if nothing has been streamed."""
    text = "".join(sink.text)
    before = b""
    if not sink.token_count and isinstance(reply.output, str) and reply.output:
        text = reply.output
        before = frame("token", {"text": text, "node": next(reversed(ctx.node_timings), "response")})
        sink.token_count = 1
    done = {
        "text": text,
        "token_count": sink.token_count,
        "finish_reason": sink.finish_reason,
        "usage": ctx.usage.total(),
        "meta": _meta(ctx),
        "output": reply.output,
    }
    return before + frame("done", done)


def _meta(ctx: ExecutionContext) -> dict[str, Any]:
    elapsed = milliseconds_since(ctx.started)
    return {"execution_id": ctx.execution_id, "elapsed_ms": elapsed, "node_timings": ctx.node_timings}


async def _watch_for_disconnect(receive: Receive, active: ActiveRun) -> None:
    # A body that nobody has asked for may be larger than allowed, which is no reason to end the run.
    with suppress(HTTPException):
        while (await receive())["type"] != "http.disconnect":
            pass
        active.stop("disconnect")
