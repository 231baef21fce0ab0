"""The HTTP answer of a run: an ASGI application that calls the workflow and writes what it says.

The workflow pushes: its nodes write events through the context straight to the server and wait for it. There is no
queue and no generator between. Beside the run's own task there is one that waits for the caller to go away.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Generic, Literal, TypeVar

from starlette.responses import Response

from app.runtime.context import ExecutionContext, Reply, milliseconds_since
from app.runtime.errors import Cancelled, HttpError, ServiceError
from app.runtime.events import EventSink, Send, TokenFrames, frame
from app.runtime.json import encode
from app.runtime.log import log_event
from app.runtime.problems import as_service_error
from app.runtime.usage import Budget

StreamMode = Literal["auto", "always", "never"]

_STREAM = ("text", "event-stream")
_JSON = ("application", "json")


def wants_stream(accept: str | None, mode: StreamMode) -> bool:
    """Whether to answer with a stream.

    In mode "auto" a stream has to be asked for by name; a mere `*/*` gets JSON.

    Raises:
        HttpError: 406, the caller takes neither of the kinds that the mode allows.
    """
    ranges = _parse(accept or "*/*")
    stream, named = _quality(ranges, _STREAM)
    whole, _ = _quality(ranges, _JSON)
    if mode != "never" and stream > 0 and (mode == "always" or (named and stream >= whole)):
        return True
    if mode != "always" and whole > 0:
        return False
    if mode == "auto" and stream > 0:
        return True
    offered = {
        "auto": "text/event-stream or application/json",
        "always": "text/event-stream",
        "never": "application/json",
    }
    raise HttpError(
        f"This endpoint answers with {offered[mode]}, which the Accept header rules out.",
        status_code=406,
        title="Not Acceptable",
        hint=f"Send Accept: {offered[mode]}.",
    )


def _parse(accept: str) -> list[tuple[str, str, float]]:
    """Type, subtype and quality of each range; what cannot be read is left out."""
    ranges: list[tuple[str, str, float]] = []
    for item in accept.lower().split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        kind, slash, subtype = media_range.partition("/")
        if slash:
            ranges.append((kind, subtype, _q(parameters)))
    return ranges


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _quality(ranges: list[tuple[str, str, float]], media_type: tuple[str, str]) -> tuple[float, bool]:
    """The quality by the most specific range that fits, and whether that one names the type in full."""
    best, specificity = 0.0, -1
    for kind, subtype, quality in ranges:
        fits = (2 if (kind, subtype) == media_type else 1 if (kind, subtype) == (media_type[0], "*") else
                0 if (kind, subtype) == ("*", "*") else -1)  # fmt: skip
        if fits > specificity or (fits == specificity >= 0 and quality > best):
            best, specificity = quality, fits
    return best, specificity == 2


Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
OpenRun = Callable[[EventSink | None], ExecutionContext]
Input = TypeVar("Input")
StopReason = Literal["disconnect", "shutdown"]


class ActiveRun:
    """A run in progress, which can be stopped from outside."""

    __slots__ = ("_task", "reason")

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self.reason: StopReason | None = None

    def stop(self, reason: StopReason) -> None:
        """Cancels the run, which closes its connection upstream."""
        if self.reason is None and self._task is not None:
            self.reason = reason
            self._task.cancel()

    def absorb_cancellation(self) -> bool:
        """Whether a CancelledError is the answer to `stop()`; if so the task may go on."""
        if self.reason is None or self._task is None:
            return False
        self._task.uncancel()
        return True


class RunResponse(Response, Generic[Input]):
    """Answers a request with a run of a workflow, as a stream of events or as one JSON answer."""

    def __init__(
        self,
        run: Callable[[ExecutionContext, Input], Awaitable[Reply]],
        inputs: Input,
        open_run: OpenRun,
        *,
        workflow: str,
        budget: Budget | None,
        streaming: bool,
        active: set[ActiveRun],
        ping_seconds: float,
    ) -> None:
        self.background = None
        self.status_code = 200
        self._run = run
        self._inputs = inputs
        self._budget = budget
        self._open_run = open_run
        self._workflow = workflow
        self._streaming = streaming
        self._active = active
        self._ping_seconds = ping_seconds

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Runs the workflow and answers; ends early when the caller goes away or the service shuts down."""
        sink = EventSink(send, ping_seconds=self._ping_seconds) if self._streaming else None
        ctx = self._open_run(sink)
        ctx.usage.budget = self._budget
        active = ActiveRun()
        self._active.add(active)
        watcher = asyncio.create_task(_watch_for_disconnect(receive, active))
        try:
            outcome = await self._outcome(ctx, active)
            watcher.cancel()
            if active.reason != "disconnect":
                await _answer(send, ctx, sink, outcome)
        finally:
            watcher.cancel()
            self._active.discard(active)
            if sink is not None:
                sink.close()
        self._log(ctx, outcome, active)

    async def _outcome(self, ctx: ExecutionContext, active: ActiveRun) -> Reply | ServiceError:
        try:
            return await self._run(ctx, self._inputs)
        except asyncio.CancelledError:
            if not active.absorb_cancellation():
                raise
        except Exception as error:
            if not active.absorb_cancellation():
                return as_service_error(error)
        if active.reason == "disconnect":
            return Cancelled("The caller went away.")
        return Cancelled("The service is shutting down.")

    def _log(self, ctx: ExecutionContext, outcome: Reply | ServiceError, active: ActiveRun) -> None:
        error = outcome if isinstance(outcome, ServiceError) else None
        unexpected = error is not None and error.code in ("internal_error", "function_failed")
        cause = error.__cause__ if error is not None and unexpected else None
        log_event(
            "run",
            level=logging.ERROR if unexpected else logging.INFO,
            execution_id=ctx.execution_id,
            workflow=self._workflow,
            stream=self._streaming,
            outcome="ok" if error is None else error.code,
            stopped_by=active.reason,
            node=None if error is None else error.node,
            elapsed_ms=milliseconds_since(ctx.started),
            usage=ctx.usage.total(),
            traceback=None if cause is None else "".join(traceback.format_exception(cause)),
        )


async def _watch_for_disconnect(receive: Receive, active: ActiveRun) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    active.stop("disconnect")


async def _answer(send: Send, ctx: ExecutionContext, sink: EventSink | None, outcome: Reply | ServiceError) -> None:
    if sink is not None and isinstance(outcome, Reply):
        await sink.end(_last_events(ctx, sink, outcome))
    elif sink is not None and sink.started and isinstance(outcome, ServiceError):
        await sink.end(frame("error", {**outcome.problem(), "execution_id": ctx.execution_id}))
    else:
        status, body, headers = _json_answer(ctx, outcome)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _json_answer(ctx: ExecutionContext, outcome: Reply | ServiceError) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    headers: list[tuple[bytes, bytes]]
    if isinstance(outcome, Reply):
        try:
            body = encode({"output": outcome.output, "usage": ctx.usage.total(), "meta": _meta(ctx)})
        except (TypeError, ValueError, RecursionError) as error:
            return _json_answer(ctx, as_service_error(error))
        headers = [(b"content-type", b"application/json")]
        status = outcome.status
    else:
        body = encode({**outcome.problem(), "execution_id": ctx.execution_id})
        headers = [(b"content-type", b"application/problem+json")]
        headers += [(name.lower().encode(), value.encode()) for name, value in outcome.headers.items()]
        status = outcome.status
    headers.append((b"content-length", b"%d" % len(body)))
    return status, body, headers


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
    try:
        return before + frame("done", done)
    except (TypeError, ValueError, RecursionError) as error:
        return frame("error", as_service_error(error).problem())


def _meta(ctx: ExecutionContext) -> dict[str, Any]:
    return {
        "execution_id": ctx.execution_id,
        "elapsed_ms": milliseconds_since(ctx.started),
        "node_timings": ctx.node_timings,
    }
