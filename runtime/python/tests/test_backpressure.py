"""A caller that reads slowly slows the reading upstream, and loses nothing."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import Request, Response
from starlette.middleware.base import BaseHTTPMiddleware

from app.runtime.server import create_app, respond
from tests.example_service import Input, chat
from tests.server import serve
from tests.upstream import DONE, FINISH, USAGE_CHUNK, Step, head, text, upstream

PIECE = "lorem ipsum " * 1300
PIECES = 4_000


class Flood:
    """An upstream that sends 62 MB of text as fast as it is let; `sent` counts the pieces that have left."""

    def __init__(self) -> None:
        self.sent = 0
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head())
        piece = text(PIECE)
        try:
            for _ in range(PIECES):
                writer.write(piece)
                await writer.drain()
                self.sent += 1
            writer.write(FINISH + USAGE_CHUNK + DONE)
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def flood() -> AsyncGenerator[Flood]:
    running = Flood()
    server = await asyncio.start_server(running.handle, "127.0.0.1", 0)
    running.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield running
    finally:
        server.close()


async def _answer(request: Request, inputs: Input) -> Response:
    return respond(request, chat, inputs, workflow="slow")


async def _pass_through(request: Any, call_next: Any) -> Any:
    return await call_next(request)


@pytest.mark.parametrize("middleware", [False, True], ids=["plain", "with a middleware of the user's"])
async def test_a_slow_caller(monkeypatch: pytest.MonkeyPatch, middleware: bool) -> None:
    app = create_app(title="slow")
    if middleware:
        app.add_middleware(BaseHTTPMiddleware, dispatch=_pass_through)

    app.add_api_route("/chat", _answer, methods=["POST"])
    async with flood() as sender:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", sender.url)
        with serve(app) as service:
            reader, writer = await _asked(service.url)
            await asyncio.sleep(0.5)
            before = sender.sent
            await asyncio.sleep(0.5)
            # As much as the sockets' buffers hold, which is some 10 MB on Linux, and no more.
            assert sender.sent == before < PIECES // 2
            body = await reader.read()
            writer.close()
    assert body.count(b"event: token\n") == PIECES
    assert body.count(b"event: done\n") == 1
    assert body.count(PIECE.encode()) >= PIECES


async def test_a_caller_who_does_not_read_is_given_up_under_any_server(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(title="stalled")
    app.add_api_route("/chat", _answer, methods=["POST"])
    script: list[Step] = [head(), *[text(PIECE)] * PIECES, FINISH + DONE]
    async with upstream(script) as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("PING_SECONDS", "0.3")
        monkeypatch.setenv("WRITE_TIMEOUT_SECONDS", "0.7")
        with serve(app) as service:
            _, writer = await _asked(service.url)
            await asyncio.wait_for(server.client_gone.wait(), 10)
            writer.transport.abort()
            await asyncio.sleep(0.2)


async def _asked(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request of a caller with a small buffer, who has not read anything yet."""
    host, port = url.removeprefix("http://").split(":")
    connected = socket.socket()
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    connected.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connected, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=connected, limit=1 << 16)
    body = b'{"message":"hello"}'
    writer.write(
        b"POST /chat HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n"
        b"connection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    )
    return reader, writer
