"""Requests that are observed: an ASGI application around the service's."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from .background import follow
from .control import Control, Orders
from .runs import CURSOR, NODE, RUN, Run, Shared
from .tracing import Tracing

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

HEADER = b"x-studio-run"
IS_OURS: ContextVar[bool] = ContextVar("studio_socket", default=False)
"""Whether the WebSocket was opened with that header: then the ids of its runs are those that a Studio knows."""
_RUN_ID = re.compile(rb"[!-:<-~]{1,200}")
"""It goes into a header, before a semicolon."""


class Observed:
    """Lets requests with a run's id be looked at, and all others by."""

    def __init__(self, app: Application, shared: Shared, control: Control, tracing: Tracing) -> None:
        self._app = app
        self._shared = shared
        self._control = control
        self._tracing = tracing
        self._open: dict[str, Run] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_on = True

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] == "websocket":
            IS_OURS.set(any(name == HEADER for name, _ in scope["headers"]))
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = next((value for name, value in scope["headers"] if name == HEADER), b"")
        run_id = name.decode() if _RUN_ID.fullmatch(name) is not None else None
        # It may also say that requests are observed again.
        orders = None if run_id is None else self._control.take(run_id)
        # A request may come behind another one over the same connection, and in its context.
        RUN.set(None)
        NODE.set(None)
        CURSOR.set(None)
        if run_id is None or orders is None or not self.is_on:
            await self._app(scope, receive, send)
            return
        await self._observe(run_id, orders, lambda run: self._serve(run, scope, receive, send))

    def watch_sockets(self, endpoint: Any) -> None:
        """Lets the runs of WebSockets be looked at: what the module `endpoint` performs."""
        perform = endpoint.perform

        async def performed(asked: Any, tell: Callable[[bytes], Awaitable[None]], stopped: asyncio.Event) -> None:
            orders = self._control.take(asked.id) if IS_OURS.get() else None
            if orders is None or not self.is_on:
                await perform(asked, tell, stopped)
                return
            await self._observe(asked.id, orders, lambda run: _perform(run, perform, asked, tell, stopped))

        endpoint.perform = performed

    async def _observe(self, run_id: str, orders: Orders, serve: Callable[[Run], Awaitable[None]]) -> None:
        run = Run(run_id, self._shared, orders, asyncio.current_task())
        RUN.set(run)
        self._open[run_id] = run
        self._loop = asyncio.get_running_loop()
        try:
            with self._tracing.request():
                await serve(run)
        finally:
            del self._open[run_id]

    def stop(self, run_id: str) -> None:
        """Ends a run whose caller has no connection that he could close; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop, run_id)

    def _stop(self, run_id: str) -> None:
        run = self._open.get(run_id)
        if run is not None:
            run.ending = "cancelled"
            if run.task is not None:
                run.task.cancel()

    async def _serve(self, run: Run, scope: Message, receive: Receive, send: Send) -> None:
        answer = _Answer(run, send)
        followed = follow(scope.get("state") or {}, run)
        try:
            await self._app(scope, receive, answer.send)
            if followed is not None:
                await followed.finish()
        except asyncio.CancelledError:
            if not run.is_stopped:
                run.ending = "cancelled"
                raise
        except BaseException as error:
            # A workflow that raised it has said so.
            if run.ending != "failed":
                run.fail(error)
            raise
        finally:
            answer.look()
            run.end()
            RUN.set(None)
        if run.is_stopped and not (followed is not None and followed.has_begun):
            await answer.end_stopped()


async def _perform(
    run: Run,
    perform: Callable[..., Awaitable[None]],
    asked: Any,
    tell: Callable[[bytes], Awaitable[None]],
    stopped: asyncio.Event,
) -> None:
    """A run of a WebSocket, whose caller hears nothing more after a stop."""
    last = b""

    async def told(lines: bytes) -> None:
        nonlocal last
        if not run.is_stopped:
            last = lines
            await tell(lines)

    try:
        await perform(asked, told, stopped)
    except asyncio.CancelledError:
        if not run.is_stopped:
            run.ending = "cancelled"
            raise
    finally:
        if run.ending == "done" and b'"event":"error"' in last and (said := _json(last)).get("event") == "error":
            _tell_of(run, said.get("data") or {})
        run.end()
        RUN.set(None)
    if run.is_stopped:
        await _forget_cancellation()


async def _forget_cancellation() -> None:
    """After a run that was to go no further."""
    task = asyncio.current_task()
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)  # If nothing has waited since, the cancellation comes here.
    if task is not None and task.cancelling():
        task.uncancel()


def _json(text: bytes) -> dict[str, Any]:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _tell_of(run: Run, problem: dict[str, Any]) -> None:
    """Of a failure that no workflow raised, such as input that does not fit."""
    run.ending = "failed"
    mask = run.shared.secrets.mask
    error: dict[str, Any] = {
        "type": str(problem.get("code", "")),
        "message": mask(str(problem.get("detail", ""))),
        "frames": [],
    }
    run.send("failed", node=problem.get("node"), error=error)


class _Answer:
    """What the service answers, looked at as it leaves."""

    def __init__(self, run: Run, send: Send) -> None:
        self._run = run
        self._send = send
        self._problem: bytes | None = None
        self._started = False

    def send(self, message: Message) -> Awaitable[None]:
        """Hands on what the service says; after a stop, nothing."""
        if self._run.is_stopped:
            return asyncio.sleep(0)
        body: bytes
        if message["type"] == "http.response.start":
            self._started = True
            if (b"content-type", b"application/problem+json") in message.get("headers", ()):
                self._problem = b""
        elif (body := message.get("body", b"")).startswith(b"event: error\ndata: "):
            self._problem = body.partition(b"data: ")[2]
        elif self._problem is not None:
            self._problem += body
        return self._send(message)

    def look(self) -> None:
        """A failure that no workflow raised, such as input that does not fit, is told as well."""
        if self._problem is not None and self._run.ending == "done":
            _tell_of(self._run, _json(self._problem))

    async def end_stopped(self) -> None:
        """Ends the answer of a run that was to go no further."""
        await _forget_cancellation()
        if not self._started:
            await self._send({"type": "http.response.start", "status": 204, "headers": [(b"x-studio-stopped", b"1")]})
        await self._send({"type": "http.response.body", "body": b""})
