"""A workflow that is asked over WebSockets, with a client that others have written."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field
from starlette.requests import Request
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.llm.parts import OPENAI
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime import log
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import HttpError
from app.runtime.server import create_app
from app.websocket.endpoint import Memory, WebSocketEndpoint
from tests.server import serve
from tests.upstream import DONE, FINISH, HELLO, Step, Upstream, head, text
from tests.upstream import upstream as scripted_upstream

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 100}


class Input(BaseModel):
    message: str = Field(max_length=100)
    history: list[dict[str, Any]] = []


async def chat(ctx: ExecutionContext, inputs: Input) -> Reply:
    messages: list[Any] = [*inputs.history, {"role": "user", "content": inputs.message}]
    reply = await complete(ctx, {**ANSWER, "messages": messages}, node="answer", streamed=ctx.streaming)
    return Reply(reply["content"])


async def wait(ctx: ExecutionContext, inputs: Input) -> Reply:
    await asyncio.sleep(float(inputs.message))
    return Reply("waited")


async def repeat(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply(inputs.message * 4000)


class Slow:
    """Says that it has been asked, and takes its time to let someone in."""

    cors = None

    async def admit(self, request: Request) -> None:
        log.log_event("asked")
        await asyncio.sleep(600)


SLOW_HANDSHAKE = (
    b"GET /slow HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Keyed:
    cors = None

    async def admit(self, request: Request) -> None:
        if request.headers.get("authorization") != "Bearer sk-mine":
            raise HttpError(401, "The key is not known.")


REMEMBERED = Memory("message", "history", 4)
app = create_app(title="sockets", servers=[OPENAI])
for path, endpoint in {
    "/chat": WebSocketEndpoint(workflow="chat", run=chat, input_model=Input),
    "/wait": WebSocketEndpoint(workflow="wait", run=wait, input_model=Input, max_runs=2),
    "/talk": WebSocketEndpoint(workflow="talk", run=chat, input_model=Input, memory=REMEMBERED),
    "/repeat": WebSocketEndpoint(
        workflow="repeat", run=repeat, input_model=Input, memory=Memory("message", "history", 4)
    ),
    "/slow": WebSocketEndpoint(workflow="slow", run=wait, input_model=Input, guard=Slow()),
    "/private": WebSocketEndpoint(workflow="private", run=wait, input_model=Input, guard=Keyed()),
}.items():
    app.router.add_websocket_route(path, endpoint.serve)


@dataclass
class Running:
    upstream: Upstream
    url: str

    def open(self, path: str, **options: Any) -> Any:
        return connect(f"{self.url}{path}", proxy=None, **options)


Start = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Start:
    @asynccontextmanager
    async def start(*scripts: list[Step]) -> AsyncGenerator[Running]:
        async with scripted_upstream(*scripts) as server:
            monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            with serve(app) as service:
                yield Running(server, service.url.replace("http", "ws"))

    return start


async def ask(socket: ClientConnection, run_id: str, message: str) -> None:
    await socket.send(json.dumps({"type": "run", "id": run_id, "input": {"message": message}}))


async def hear(socket: ClientConnection) -> Any:
    async with asyncio.timeout(20):
        return json.loads(await socket.recv())


async def hear_all(socket: ClientConnection) -> list[Any]:
    heard = [await hear(socket)]
    while heard[-1]["event"] not in ("done", "error"):
        heard.append(await hear(socket))
    return heard


async def test_a_run_is_told_by_its_events(running: Start) -> None:
    async with running([head() + HELLO]) as service, service.open("/chat") as socket:
        await ask(socket, "a", "hello")
        heard = await hear_all(socket)
        assert [each["event"] for each in heard] == ["token", "token", "usage", "done"]
        assert {each["id"] for each in heard} == {"a"}
        assert heard[0]["data"] == {"text": "Hel", "node": "answer"}
        assert heard[-1]["data"]["output"] == heard[-1]["data"]["text"] == "Hello"


async def test_the_lines_of_a_connection_and_of_its_runs_belong_together(running: Start) -> None:
    told: list[tuple[str, dict[str, Any]]] = []

    def observe(event: str, fields: Mapping[str, Any]) -> None:
        told.append((event, dict(fields)))

    log.observers.append(observe)
    try:
        async with running([head() + HELLO]) as service:
            async with service.open("/chat", additional_headers={"X-Request-ID": "page-7"}) as socket:
                assert socket.response is not None
                assert socket.response.headers["x-request-id"] == "page-7"
                for run_id in ("a", "b"):
                    await ask(socket, run_id, "hello")
                    await hear_all(socket)
            with pytest.raises(InvalidStatus) as refused:
                async with service.open("/private", additional_headers={"X-Request-ID": "no\tid"}):
                    pass
    finally:
        log.observers.remove(observe)
    runs = [fields for event, fields in told if event == "run"]
    assert [(each["request_id"], each["run"], each["workflow"]) for each in runs] == [
        ("page-7", "a", "chat"),
        ("page-7", "b", "chat"),
    ]
    lines = [fields for event, fields in told if event == "request"]
    assert [(each["status"], each["route"]) for each in lines] == [(101, "/chat"), (401, "/private")]
    made = refused.value.response.headers["x-request-id"]
    assert len(made) == 32
    assert [each["request_id"] for each in lines] == ["page-7", made]
    assert [fields["request_id"] for event, fields in told if event == "refused"] == [made]


async def test_tokens_leave_when_they_arrive(running: Start) -> None:
    """The model says no more before each has arrived."""
    first, second = asyncio.Event(), asyncio.Event()
    script: list[Step] = [head() + text("a"), first, text("b"), second, FINISH + DONE]
    async with running(script) as service, service.open("/chat") as socket:
        await ask(socket, "a", "hello")
        assert (await hear(socket))["data"]["text"] == "a"
        first.set()
        assert (await hear(socket))["data"]["text"] == "b"
        second.set()
        assert (await hear_all(socket))[-1]["event"] == "done"


async def test_runs_go_on_beside_each_other(running: Start) -> None:
    async with running() as service, service.open("/wait") as socket:
        await ask(socket, "slow", "0.8")
        await ask(socket, "fast", "0.4")
        await ask(socket, "third", "0")
        heard = [each for each in [await hear(socket) for _ in range(5)] if each["event"] != "token"]
        assert [(each["id"], each["event"]) for each in heard] == [
            ("third", "error"),
            ("fast", "done"),
            ("slow", "done"),
        ]
        assert heard[0]["data"]["code"] == "too_many_runs"


async def test_a_message_stops_a_run_and_its_call_upstream(running: Start) -> None:
    async with running([head() + text("a"), 10.0]) as service, service.open("/chat") as socket:
        await ask(socket, "a", "hello")
        await hear(socket)
        await socket.send('{"type": "stop", "id": "a"}')
        await asyncio.wait_for(service.upstream.client_gone.wait(), 1)
        last = (await hear_all(socket))[-1]
        assert (last["id"], last["event"], last["data"]["code"]) == ("a", "error", "cancelled")
        await socket.send('{"type": "stop", "id": "unknown"}')
        await socket.ping()


async def test_who_leaves_ends_his_runs(running: Start) -> None:
    async with running([head() + text("a"), 10.0]) as service:
        async with service.open("/chat") as socket:
            await ask(socket, "a", "hello")
            await hear(socket)
        await asyncio.wait_for(service.upstream.client_gone.wait(), 1)


async def test_a_connection_is_a_conversation(running: Start) -> None:
    async with running([head() + HELLO]) as service, service.open("/talk") as socket:
        for run_id in ("a", "b", "c", "d"):
            await ask(socket, run_id, f"hello {run_id}")
            await hear_all(socket)
        sent = [[each["content"] for each in request["messages"]] for request in service.upstream.requests]
        assert sent == [
            ["hello a"],
            ["hello a", "Hello", "hello b"],
            ["hello a", "Hello", "hello b", "Hello", "hello c"],
            ["hello b", "Hello", "hello c", "Hello", "hello d"],
        ]


@pytest.mark.parametrize(
    ("sent", "run_id"),
    [
        ("nonsense", None),
        ("[]", None),
        ('{"type": "other", "id": "a"}', None),
        ('{"type": "run"}', None),
        ('{"type": "run", "id": ""}', ""),
        ('{"type": "run", "id": "a", "input": {"message": 7}}', "a"),
        ('{"type": "run", "id": "a", "input": {"message": "\\ud83d"}}', None),
    ],
)
async def test_what_cannot_be_understood_is_answered(running: Start, sent: str, run_id: str | None) -> None:
    async with running() as service, service.open("/wait") as socket:
        await socket.send(sent)
        heard = await hear(socket)
        assert (heard["id"], heard["event"], heard["data"]["code"]) == (run_id, "error", "invalid_input")
        await ask(socket, "b", "0")
        assert (await hear_all(socket))[-1]["event"] == "done"


async def test_bytes_and_what_is_too_large_end_the_connection(running: Start) -> None:
    async with running() as service:
        for sent, code in ((b"bytes", 1003), ("x" * 17_000_000, 1009)):
            async with service.open("/wait") as socket:
                await socket.send(sent)
                with pytest.raises(ConnectionClosed) as closed:
                    await hear(socket)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == code


def large(run_id: str, seconds: str) -> str:
    return json.dumps({"type": "run", "id": run_id, "input": {"message": seconds}}).ljust(700_000)


async def is_refused(url: str) -> bool:
    """Whether there is no room for a large message; one that is taken is answered."""
    async with connect(f"{url}/wait", proxy=None) as socket:
        with suppress(ConnectionClosed):
            await socket.send(large("a", "0"))
            assert (await hear_all(socket))[-1]["data"]["output"] == "waited"
            return False
        assert (socket.close_code, socket.close_reason) == (1013, "Too much is being sent at once.")
        return True


async def test_what_arrives_counts_with_the_bodies_of_all_requests() -> None:
    async with own_process(MAX_BODIES_BYTES="1000000") as (_, url):
        holding = asyncio.Event()

        async def unfinished() -> AsyncGenerator[str]:
            yield large("a", "0")
            holding.set()
            await asyncio.Event().wait()

        async with connect(f"{url}/wait", proxy=None) as half, connect(f"{url}/wait", proxy=None) as other:
            sending = asyncio.create_task(half.send(unfinished()))
            await asyncio.wait_for(holding.wait(), 60)
            await (await half.ping())
            assert await is_refused(url)
            await ask(other, "a", "0")
            assert (await hear_all(other))[-1]["event"] == "done"
            sending.cancel()
        async with asyncio.timeout(60):
            while await is_refused(url):
                pass


async def test_a_message_counts_until_its_run_has_ended() -> None:
    async with own_process(MAX_BODIES_BYTES="1000000") as (_, url), connect(f"{url}/wait", proxy=None) as socket:
        await socket.send(large("a", "600"))
        await ask(socket, "b", "0")
        assert (await hear_all(socket))[-1]["id"] == "b"
        assert await is_refused(url)
        await socket.send('{"type": "stop", "id": "a"}')
        await hear_all(socket)
        for _ in range(3):
            assert not await is_refused(url)


async def test_what_a_conversation_remembers_counts_until_its_connection_ends() -> None:
    """Its answers have 4,000 times the length of what is asked; the last two are remembered."""
    async with own_process(MAX_BODIES_BYTES="1000000") as (_, url):
        async with connect(f"{url}/repeat", proxy=None) as socket:
            await ask(socket, "a", "x" * 100)
            assert (await hear_all(socket))[-1]["event"] == "done"
            assert await is_refused(url)
            await ask(socket, "b", "b")
            assert (await hear_all(socket))[-1]["event"] == "done"
            assert await is_refused(url)
            await ask(socket, "c", "b")
            assert (await hear_all(socket))[-1]["event"] == "done"
            assert not await is_refused(url)
            await ask(socket, "d", "x" * 100)
            assert (await hear_all(socket))[-1]["event"] == "done"
            assert await is_refused(url)
        async with asyncio.timeout(60):
            while await is_refused(url):
                pass


async def test_what_comes_before_the_handshake_is_refused_when_there_is_no_room() -> None:
    async with own_process(MAX_BODIES_BYTES="50000", stderr=PIPE) as (process, url):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(SLOW_HANDSHAKE)
        async with asyncio.timeout(60):
            assert process.stderr is not None
            while json.loads(await process.stderr.readline())["event"] != "asked":
                pass
        writer.write(b"\x81\xff" + (10_000_000).to_bytes(8) + bytes(4) + b"x" * 100_000)
        async with asyncio.timeout(60):
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
        writer.close()
        async with connect(f"{url}/wait", proxy=None) as socket:
            await ask(socket, "a", "0")
            assert (await hear_all(socket))[-1]["event"] == "done"


async def test_there_is_no_more_room_under_another_server(monkeypatch: pytest.MonkeyPatch, running: Start) -> None:
    monkeypatch.setenv("MAX_BODIES_BYTES", "100000")
    async with running() as service:
        assert await is_refused(service.url)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/wait", {"Origin": "https://elsewhere.example"}, 403),
        ("/wait", {"Origin": "null"}, 403),
        ("/private", {}, 401),
        ("/private", {"Authorization": "Bearer sk-mine"}, None),
    ],
)
async def test_who_may_come_in(running: Start, path: str, headers: dict[str, str], status: int | None) -> None:
    async with running() as service:
        if status is None:
            async with service.open(path, additional_headers=headers) as socket:
                await socket.ping()
            return
        with pytest.raises(InvalidStatus) as refused:
            async with service.open(path, additional_headers=headers):
                pass
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"")["status"] == status


async def test_a_page_of_the_service_may_come_in(running: Start) -> None:
    async with running() as service:
        own = service.url.replace("ws:", "http:")
        async with service.open("/wait", additional_headers={"Origin": own}) as socket:
            await ask(socket, "a", "0")
            assert (await hear_all(socket))[-1]["data"]["output"] == "waited"


@asynccontextmanager
async def own_process(*, stderr: int = DEVNULL, **environment: str) -> AsyncGenerator[tuple[Process, str]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.runtime.serve", "--port", "0", "--app", "tests.test_websocket:app"),
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "OPENAI_API_KEY": "sk-test", **environment},
        stdout=PIPE,
        stderr=stderr,
    )
    assert process.stdout is not None
    try:
        yield process, json.loads(await process.stdout.readline())["url"].replace("http", "ws")
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_refusal_is_no_error_of_the_service() -> None:
    async with own_process(stderr=PIPE) as (process, url):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f"{url}/private", proxy=None):
                pass
        assert refused.value.response.status_code == 401
        assert b"not known" in refused.value.response.body
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        told = [json.loads(line)["event"] for line in (await process.stderr.read()).splitlines()]
        assert told.count("refused") == 1


async def test_a_service_that_ends_lets_runs_end() -> None:
    async with (
        own_process() as (process, url),
        connect(f"{url}/wait", proxy=None) as idle,
        connect(f"{url}/wait", proxy=None) as busy,
    ):
        await ask(busy, "a", "0.5")
        await ask(idle, "a", "0")
        await hear_all(idle)
        process.send_signal(signal.SIGTERM)
        for socket, events in ((idle, []), (busy, ["token", "done"])):
            heard = [await hear(socket) for _ in events]
            assert [each["event"] for each in heard] == events
            with pytest.raises(ConnectionClosed) as closed:
                await hear(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert await asyncio.wait_for(process.wait(), 15) == -signal.SIGTERM


async def test_a_peer_that_does_not_answer_pings_is_given_up() -> None:
    async with own_process(PING_SECONDS="0.3") as (_, url):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(
            b"GET /wait HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        async with asyncio.timeout(20):
            rest = await reader.read()
        writer.close()
        assert b"101 Switching Protocols" in rest
        assert b"keepalive ping timeout" in rest
