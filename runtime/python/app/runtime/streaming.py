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

from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import Cancelled, ServiceError
from app.runtime.frames import TokenFrames, frame
from app.runtime.json import encode
from app.runtime.log import log_event
from app.runtime.problems import as_service_error
from app.runtime.reply import Reply
from app.runtime.sink import EventSink, Send
from app.runtime.usage import Budget

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
        input: Input,
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
        self._input = input
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
            return await self._run(ctx, self._input)
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
