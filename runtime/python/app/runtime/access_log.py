"""One line in the log for each request: what was asked by whom, and how it ended.

A line has the route's path as the workflow has it. It never has bodies, headers, queries, or what a caller put into the
path: any of them may hold what a log must not.
"""

import logging
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.runtime.context import milliseconds_since
from app.runtime.log import log_event
from app.runtime.server import template
from app.runtime.settings import BaseSettings, starting

_CALLER_LEFT = 499
"""The status when nobody has waited for an answer, as nginx has it."""


class AccessLogSettings(BaseSettings):
    """What the operator can set for the log of requests."""

    access_log: bool = True
    """One line in the log for each request: method, route, status, time, bytes, and who asked."""


def access_log() -> APIRouter:
    """A router without routes, whose service writes the lines."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[dict[str, bool]]:
        with starting():
            settings = AccessLogSettings.load()
        yield {"access_log": settings.access_log}

    return APIRouter(lifespan=lifespan)


class AccessLog:
    """An ASGI application around another, which tells of each request when it has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its answer back."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        started, status, size = time.perf_counter(), 0, 0

        def answer(message: Message) -> Awaitable[None]:
            nonlocal status, size
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = message["status"]
                case "websocket.accept":
                    status = 101
                case "websocket.close":
                    status = status or 403
                case _:
                    size += len(message.get("body") or message.get("bytes") or message.get("text") or b"")
            return send(message)

        try:
            await self.app(scope, receive, answer)
            status = status or _CALLER_LEFT
        finally:
            self._tell(scope, status or 500, size, milliseconds_since(started))

    def _tell(self, scope: Scope, status: int, size: int, elapsed_ms: float) -> None:
        state: dict[str, Any] = scope.get("state", {})
        client = scope.get("client")
        told = {"address": client[0] if client else None, **state.get("log_fields", {})}
        log_event(
            "request",
            # Below the log's level it is still told to who observes events.
            level=logging.INFO if state.get("access_log") else logging.DEBUG,
            request_id=state.get("request_id"),
            method=scope.get("method", "GET"),
            route=template(scope),
            status=status,
            bytes=size,
            elapsed_ms=elapsed_ms,
            **told,
        )
