"""The service's own server, by raw sockets: what it does with callers who send or read in unusual ways."""

import asyncio
import json
import math
import socket
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from starlette.exceptions import HTTPException

from app.runtime.bodies import Bodies
from app.runtime.serve import Callers
from app.runtime.server import Door
from app.runtime.settings import Settings
from tests.test_serve import logged, service
from tests.upstream import DONE, FINISH, head, text, upstream

if sys.platform != "win32":
    import resource

HELLO = head() + text("Hel") + text("lo") + FINISH + DONE
BODY = b'{"message":"hi"}'
JSON = "content-type: application/json"
STREAM = "accept: text/event-stream"


def request(path: str, *lines: str, version: str = "1.1", body: bytes = BODY, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    fields = [f"POST {path} HTTP/{version}", "host: x", JSON, *lines, f"content-length: {size}", "", ""]
    return "\r\n".join(fields).encode() + body


CHUNKED = request("/fixed", body=b"").replace(b"content-length: 0", b"transfer-encoding: chunked")


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, *pieces: bytes, seconds: float = 10) -> tuple[int, str, bytes]:
        """Status, head and body of the answer; the connection has to end."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
        answer = await asyncio.wait_for(self.reader.read(), seconds)
        while answer.startswith(b"HTTP/1.1 100"):
            answer = answer.partition(b"\r\n\r\n")[2]
        fields, _, body = answer.partition(b"\r\n\r\n")
        return int(fields.split(b" ")[1]), fields.decode().lower(), body


class At:
    def __init__(self, process: Any, url: str) -> None:
        self.process = process
        self.host, self.port = url.removeprefix("http://").split(":")

    @asynccontextmanager
    async def caller(self, buffer: int | None = None) -> AsyncGenerator[Caller]:
        connected = socket.socket()
        if buffer is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connected.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connected, (self.host, int(self.port)))
        reader, writer = await asyncio.open_connection(sock=connected)
        try:
            yield Caller(reader, writer)
        finally:
            writer.close()

    @property
    def megabytes(self) -> float:
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096 / 1e6


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_service() -> AsyncGenerator[At]:
    """A service for all that only send it something odd."""
    async with door() as (at, _):
        yield at


@asynccontextmanager
async def door(*scripts: Any, **environment: str) -> AsyncGenerator[tuple[At, Any]]:
    async with upstream(*(scripts or ([HELLO],))) as server, service(server.url, **environment) as (process, client):
        yield At(process, str(client.base_url).rstrip("/")), server


async def test_http_1_0_gets_no_chunks() -> None:
    async with door([HELLO]) as (at, _):
        async with at.caller() as caller:
            status, fields, body = await caller.ask(request("/chat", STREAM, version="1.0"))
        assert (status, "chunked" in fields, "connection: close" in fields) == (200, False, True)
        assert body.startswith(b"event: token\n")
        assert body.endswith(b"\n\n")
        assert body.count(b"event: ") == 4
        async with at.caller() as caller:
            status, fields, body = await caller.ask(request("/fixed", version="1.0"))
        assert (status, json.loads(body)["output"]) == (201, "hi")


async def test_bodies_that_are_too_large_are_refused_before_they_are_read() -> None:
    async with door(MAX_BODY_BYTES="100000") as (at, _):
        before = at.megabytes
        async with at.caller() as caller:
            # The caller who asks first is told before he has sent a byte.
            status, fields, body = await caller.ask(request("/fixed", "expect: 100-continue", body=b"", length=1 << 31))
        assert (status, "connection: close" in fields, "100 continue" in fields) == (413, True, False)
        assert "100000 bytes" in json.loads(body)["detail"]
        async with at.caller() as caller:
            sent = [b"x" * 1_000_000] * 60
            status, _, _ = await caller.ask(request("/fixed", body=b"", length=60_000_000), *sent)
        assert status == 413
        async with at.caller() as caller:
            status, fields, _ = await caller.ask(CHUNKED, *[b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"] * 60)
        assert (status, "connection: close" in fields) == (413, True)
        assert at.megabytes - before < 10
        async with at.caller() as caller:
            exact = b'{"message":"hi"' + b" " * (100_000 - 16) + b"}"
            assert (await caller.ask(request("/fixed", "connection: close", body=exact)))[0] == 201


@pytest.mark.parametrize("size", [b"8000000000000000", b"ffffffffffffffff", b"10000000000000010"])
async def test_a_chunk_of_any_size_is_not_taken_for_a_small_one(size: bytes) -> None:
    async with door(READ_TIMEOUT_SECONDS="0.5") as (at, _), at.caller() as caller:
        status, _, _ = await caller.ask(CHUNKED + size + b"\r\n" + BODY + b"\r\n0\r\n\r\n")
        assert status in (400, 408)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET /healthz HTTP/1.1\r\nx: " + b"a" * 200_000],
        [b"GET /healthz HTTP/1.1\r\n", *[b"x: " + b"a" * 1000 + b"\r\n"] * 200],
        [b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n"],
        [
            CHUNKED,
            b"10\r\n" + BODY + b"\r\n0\r\n",
            *[b"x: " + b"a" * 1000 + b"\r\n"] * 1000,
        ],
    ],
    ids=["one header", "many headers", "address", "trailers"],
)
async def test_heads_that_are_too_large(pieces: list[bytes]) -> None:
    async with door() as (at, _), at.caller() as caller:
        status, fields, body = await caller.ask(*pieces)
        assert (status, "connection: close" in fields) == (431, True)
        assert "65536 bytes" in json.loads(body)["detail"]


async def test_whoever_sends_too_slowly_is_not_waited_for() -> None:
    async with door(READ_TIMEOUT_SECONDS="0.5") as (at, _):
        async with at.caller() as silent:
            assert await asyncio.wait_for(silent.reader.read(), 3) == b""
        for beginning in (b"POST /fi", request("/fixed")[:40], request("/fixed")[:-14]):
            async with at.caller() as caller:
                started = time.monotonic()
                asked = asyncio.create_task(caller.ask(beginning, seconds=8))
                for _ in range(20):
                    await asyncio.sleep(0.1)
                    if not asked.done():
                        caller.writer.write(b"x")
                status, fields, _ = await asked
                assert (status, "connection: close" in fields) == (408, True)
                assert time.monotonic() - started < 3
        # A second request has the same time, and an answer that takes longer than that is not concerned.
        async with at.caller() as caller:
            caller.writer.write(request("/slow_function") + request("/slow_function") + b"POST /fi")
            answer = await asyncio.wait_for(caller.reader.read(), 5)
            assert (answer.count(b"200 OK"), answer.count(b"waited")) == (2, 2)


async def test_who_closes_his_side_after_asking_gets_his_answer() -> None:
    async with door([head() + text("Hel"), 1.5, text("lo") + FINISH + DONE]) as (at, _):
        for path, line, answer in (
            ("/fixed", "accept: application/json", b'"output"'),
            ("/slow_function", "accept: application/json", b'"output"'),
            ("/slow_function", STREAM, b"event: done"),
            ("/chat", STREAM, b"event: done"),
        ):
            async with at.caller() as caller:
                caller.writer.write(request(path, line))
                caller.writer.write_eof()
                assert answer in (await caller.ask())[2]


@pytest.mark.parametrize("lines", [["accept: application/json"], [STREAM]], ids=["json", "stream"])
@pytest.mark.parametrize("first", [b"", head(), head() + text("Hel")], ids=["no head", "no token", "later"])
async def test_who_goes_away_altogether_is_noticed(first: bytes, lines: list[str]) -> None:
    async with door([first, 20.0]) as (at, server):
        async with at.caller() as caller:
            caller.writer.write(request("/chat", *lines))
            await server.asked()
            # What is said at once has time to arrive.
            await asyncio.sleep(0.1)
        await asyncio.wait_for(server.client_gone.wait(), 2)


async def test_who_does_not_read_holds_his_run_for_a_limited_time() -> None:
    piece = text("lorem ipsum " * 5000)
    flood = [head(), *[piece] * 2000, FINISH + DONE]
    async with door(flood, WRITE_TIMEOUT_SECONDS="2", MAX_CONNECTIONS="1") as (at, server):
        async with at.caller(buffer=8192) as stalled:
            stalled.writer.write(request("/chat", STREAM))
            await asyncio.wait_for(server.client_gone.wait(), 10)
            async with at.caller(buffer=8192) as slow:
                # Slow is not stalled.
                slow.writer.write(request("/chat", STREAM))
                received = 0
                for _ in range(40):
                    received += len(await slow.reader.read(1 << 18))
                    await asyncio.sleep(0.05)
                assert received > 1 << 20
        at.process.terminate()
        lines = [line for line in await logged(at.process) if line["event"] == "run"]
        assert (lines[0]["outcome"], lines[0]["stopped_by"]) == ("cancelled", "disconnect")


async def test_what_is_no_http_is_answered_and_logged() -> None:
    async with door() as (at, _):
        async with at.caller() as caller:
            status, fields, body = await caller.ask(b"hello\r\n\r\n")
            assert (status, json.loads(body)["code"]) == (400, "http_error")
            assert "application/problem+json" in fields
        async with at.caller() as caller:
            # What comes behind a request is not allowed to damage its answer.
            answer = await caller.ask(request("/slow_function"), b"nonsense\r\n\r\n")
            assert (answer[0], json.loads(answer[2])["output"]) == (200, "waited")
        at.process.terminate()
        events = [(line["event"], line.get("status")) for line in await logged(at.process)]
        assert events[:2] == [("refused", 400), ("run", None)]


async def test_those_who_send_much_at_once_do_not_keep_out_who_sends_little() -> None:
    async with door(MAX_BODIES_BYTES="1000000") as (at, _), AsyncExitStack() as stack:
        large = request("/fixed", body=b"x" * 900_000, length=2_000_000)
        senders = [await stack.enter_async_context(at.caller()) for _ in range(20)]
        before = at.megabytes
        answers = [asyncio.create_task(sender.ask(large, seconds=60)) for sender in senders]
        done, waiting = await asyncio.wait(answers, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        while len(waiting) > 1:
            more, waiting = await asyncio.wait(waiting, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            assert more
            done |= more
        assert at.megabytes - before < 10
        for answer in done:
            status, fields, body = answer.result()
            assert (status, "retry-after: 10" in fields, json.loads(body)["retryable"]) == (503, True, True)
        async with at.caller() as caller:
            assert (await caller.ask(request("/fixed", "connection: close")))[0] == 201
        # Who goes away gives back what he held.
        for answer in waiting:
            answer.cancel()
        for sender in senders:
            sender.writer.close()
        whole = b'{"message":"hi"' + b" " * 700_000 + b"}"
        async with asyncio.timeout(60):
            status = 503
            while status == 503:
                async with at.caller() as caller:
                    status, _, _ = await caller.ask(request("/fixed", "connection: close", body=whole))
        assert status == 201


@pytest.mark.parametrize("fields", [[], [(b"content-length", b"5000")]], ids=["chunked", "declared"])
async def test_the_limits_of_a_body_hold_under_any_server(fields: list[tuple[bytes, bytes]]) -> None:
    class Shared:
        settings = Settings(max_body_bytes=4096, read_timeout_seconds=0.5)

    state = {"process": Shared, "bodies": Bodies(1 << 20)}
    received: list[int] = []

    async def read_all(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["more_body"]:
            received.append(len(message["body"]))

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0 if size else 1)
        return {"type": "http.request", "body": b"x" * size, "more_body": True}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    for size, status, most in ((1000, 413, 4), (0, 408, 0)):
        received.clear()
        scope = {"type": "http", "headers": fields if size else [], "state": state}
        with pytest.raises(HTTPException) as refused:
            await Door(read_all)(scope, receive, send)
        assert (refused.value.status_code, refused.value.headers) == (status, {"connection": "close"})
        assert len(received) == (0 if fields else most)


CHUNKED_HEAD = b"POST /fixed HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
BEHIND = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
        b"content-length: 0\r\ncontent-length: 16\r\n\r\n",
        b"content-length: 0, 0\r\n\r\n",
        b"content-length: +0\r\n\r\n",
        b"content-length : 0\r\n\r\n",
        b"x-a: b\r\n c\r\ncontent-length: 0\r\n\r\n",
        b"x-a: b\nx-c: d\r\ncontent-length: 0\r\n\r\n",
        b"x-a: b\rx-c: d\r\ncontent-length: 0\r\n\r\n",
        b"x-a: b\x00c\r\ncontent-length: 0\r\n\r\n",
        b"transfer-encoding: chunked\r\n\r\n10;a=b\n{}              \r\n0\r\n\r\n",
        b"transfer-encoding: chunked\r\n\r\n0x0\r\n\r\n",
        b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n",
        b"transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        b"host: y\r\ncontent-length: 0\r\n\r\n",
    ],
)
async def test_a_request_that_could_be_read_in_two_ways_is_read_in_none(framing: bytes, one_service: At) -> None:
    async with one_service.caller() as caller:
        status, _, body = await caller.ask(CHUNKED_HEAD + framing + BEHIND)
    assert status == 400
    assert b'"ok"' not in body


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"GET /healthz HTTP/1.2\r\nhost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n host: x\r\n\r\n",
        b"GET http://other/healthz HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x, y\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: x y\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: y@x\r\n\r\n",
        b"POST /fixed HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_heads_that_http_does_not_know(head: bytes, one_service: At) -> None:
    async with one_service.caller() as caller:
        assert (await caller.ask(head))[0] == 400


@pytest.mark.parametrize("offer", [b"h2c", b"websocket", b"TLS/1.3, HTTP/1.1"])
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_body_behind_an_offer_of_another_protocol_is_a_body(
    offer: bytes, at_once: bool, one_service: At
) -> None:
    offered = b"connection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAAP__\r\nupgrade: " + offer
    head = CHUNKED_HEAD + offered + b"\r\ncontent-length: %d\r\n\r\n"
    async with one_service.caller() as caller:
        if at_once:
            status, _, rest = await caller.ask(head % len(BODY) + BODY + BEHIND)
        else:
            caller.writer.write(head % len(BODY))
            await caller.writer.drain()
            await asyncio.sleep(0.1)
            status, _, rest = await caller.ask(BODY + BEHIND)
        assert status == 201
        assert b'"ok"' in rest
    # What a proxy in front takes for a body is no request here.
    async with one_service.caller() as caller:
        caller.writer.write(head.replace(b"upgrade,", b"upgrade, close,") % len(BEHIND))
        await caller.writer.drain()
        await asyncio.sleep(0.1)
        status, _, rest = await caller.ask(BEHIND)
        assert status == 422
        assert b'"ok"' not in rest


async def test_chunks_with_extensions_are_read_and_what_follows_too(one_service: At) -> None:
    async with one_service.caller() as caller:
        body = b"transfer-encoding: chunked\r\n\r\n10;a=b\r\n" + BODY + b"\r\n0\r\n\r\n"
        status, _, rest = await caller.ask(CHUNKED_HEAD + body + BEHIND)
    assert status == 201
    assert b'"ok"' in rest


async def test_no_more_callers_than_may_be_there() -> None:
    async with door(MAX_CALLERS="3") as (at, _):
        async with at.caller() as first, at.caller(), at.caller():
            async with at.caller() as fourth:
                assert await asyncio.wait_for(fourth.reader.read(), 5) == b""
            status, _, _ = await first.ask(BEHIND)
            assert status == 200
        async with at.caller() as later:
            assert (await later.ask(BEHIND))[0] == 200
        at.process.terminate()
        told = [line for line in await logged(at.process) if line["event"] == "callers_refused"]
        assert [(line["count"], line["most"]) for line in told] == [(1, 3)]


@pytest.mark.parametrize(("files", "most"), [(1024, 768), (65_536, 20_000), (20_000, 18_900), (math.inf, 20_000)])
def test_callers_leave_files_for_the_calls_that_they_cause(files: float, most: int) -> None:
    assert Callers(Settings(), files).most == most


@pytest.mark.skipif(sys.platform == "win32", reason="There is no such limit.")
async def test_who_is_in_is_answered_when_nobody_else_can_come_in() -> None:
    with few_files(200):
        async with door([HELLO]) as (at, _), AsyncExitStack() as stack:
            callers = [await stack.enter_async_context(at.caller()) for _ in range(300)]
            async with at.caller() as late:
                assert await asyncio.wait_for(late.reader.read(), 60) == b""
            # This needs a connection to the model's server.
            status, _, body = await callers[0].ask(request("/chat", "connection: close"), seconds=60)
            assert (status, json.loads(body)["output"]) == (200, "Hello")


@contextmanager
def few_files(most: int) -> Generator[None]:
    """Processes that are started in here may have so many files open, and this one the same as before."""
    started = asyncio.create_subprocess_exec

    async def start(*arguments: Any, **options: Any) -> Any:
        return await started(*arguments, preexec_fn=limited, **options)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_exec", start)
        yield
