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
from app.runtime.events import EventSink, TokenFrames, frame
from app.runtime.json import encode
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, public_problem, told_to_operator
from app.runtime.process import ActiveRun, Process
from app.runtime.usage import Budget

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
    ranges = [_media_range(item) for item in (accept or "*/*").lower().split(",")]
    stream, named = _quality(ranges, "text/event-stream")
    whole, _ = _quality(ranges, "application/json")
    if mode != "never" and stream > 0 and (mode == "always" or (named and stream >= whole)):
        return True
    if mode != "always" and whole > 0:
        return False
    if mode == "auto" and stream > 0:
        return True
    raise HttpError(
        f"This endpoint answers with {_OFFERED[mode]}, which the Accept header rules out.",
        status_code=406,
        title="Not Acceptable",
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


def _quality(ranges: list[tuple[str, float]], media_type: str) -> tuple[float, bool]:
    """The quality by the most specific range that fits, and whether that one names the type in full."""
    for fitting in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        qualities = [quality for name, quality in ranges if name == fitting]
        if qualities:
            return max(qualities), fitting == media_type
    return 0.0, False


@dataclass(eq=False)
class RunResponse(Response, Generic[Input]):
    """Answers a request with a run of a workflow, as a stream of events or as one JSON answer."""

    run: Callable[[ExecutionContext, Input], Awaitable[Reply]]
    inputs: Input
    process: Process
    workflow: str
    budget: Budget | None
    streaming: bool

    background = None
    status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the workflow and answers; ends early when the caller goes away or the service shuts down."""
        active = ActiveRun()
        ctx = self.process.open_run(active, send if self.streaming else None)
        ctx.usage.budget = self.budget
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
        before = TokenFrames(next(reversed(ctx.node_timings), "response")).one(text)
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
    return {
        "execution_id": ctx.execution_id,
        "elapsed_ms": milliseconds_since(ctx.started),
        "node_timings": ctx.node_timings,
    }


async def _watch_for_disconnect(receive: Receive, active: ActiveRun) -> None:
    # A body that nobody has asked for may be larger than allowed, which is no reason to end the run.
    with suppress(HTTPException):
        while (await receive())["type"] != "http.disconnect":
            pass
        active.stop("disconnect")
