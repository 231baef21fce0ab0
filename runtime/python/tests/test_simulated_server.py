"""The servers behind tests: speed, settings at run time, what is recorded, clean ends; and the command line."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx2
import openai
import pytest
from starlette.types import Receive, Scope, Send

from tests.database_servers import free_port
from tests.raw_http import QUESTION, TOOLS, ask
from tests.server import App, serve
from tests.service import Service
from tests.simulated_providers.app import FAULTS
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.testing import RunningSimulation, simulate


@pytest.fixture
def client(simulated_openai: RunningSimulation) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-test", base_url=simulated_openai.base_url, max_retries=0) as made:
        yield made


async def _hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers events with what it was asked, and JSON when no events are wanted."""
    assert scope["type"] == "http"
    await receive()
    wanted = dict(scope["headers"]).get(b"accept", b"")
    body = b'event: token\ndata: {"text":"Hi"}\n\n: ping\n\nevent: done\ndata: {}\n\n'
    if wanted != b"text/event-stream":
        body = b'{"output":"Hi"}'
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", wanted)]})
    await send({"type": "http.response.body", "body": body})


def test_the_service_fixture(start_service: Callable[[App], Service]) -> None:
    service = start_service(_hello)
    assert service.ask("POST", "/chat", {"message": "Hello"}).json() == {"output": "Hi"}
    assert service.stream("POST", "/chat", {"message": "Hello"}) == [("token", {"text": "Hi"}), ("done", {})]
    assert [request.json for request in service.requests] == [{"message": "Hello"}] * 2


def test_what_is_recorded(client: openai.OpenAI, simulated_openai: RunningSimulation) -> None:
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello"}])
    (request,) = simulated_openai.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.headers["authorization"] == "Bearer sk-test"
    assert request.json["messages"] == [{"role": "user", "content": "Hello"}]
    assert request.answered.wait(1)
    assert not request.disconnected.is_set()


def fastest(work: Callable[[], object]) -> float:
    """The seconds of the fastest of four times: a busy machine makes single ones slower, and none faster."""
    took: list[float] = []
    for _ in range(4):
        started = time.monotonic()
        work()
        took.append(time.monotonic() - started)
    return min(took)


@pytest.mark.parametrize("fault", ["slow_headers", "slow_first_token", "stall", "keep_alive_only"])
def test_a_client_that_goes_away_is_noticed(simulated_openai: RunningSimulation, fault: str) -> None:
    simulated_openai.settings.fault = fault
    url = f"{simulated_openai.base_url}/chat/completions"
    body = {"model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    limits = httpx2.Timeout(10, read=0.5)
    with httpx2.Client(headers={"authorization": "Bearer sk-test"}, timeout=limits, trust_env=False) as http:
        with suppress(httpx2.ReadTimeout), http.stream("POST", url, json=body) as response:
            next(data for data in response.iter_bytes() if data.startswith(b": keep-alive"))
        assert simulated_openai.connections.wait_until_closed()
    assert simulated_openai.requests[0].disconnected.is_set()
    assert not simulated_openai.requests[0].answered.is_set()


def test_a_request_can_be_waited_for(simulated_openai: RunningSimulation) -> None:
    connections = simulated_openai.connections
    assert not connections.wait_for_requests(1, timeout=0.01)
    asking = threading.Thread(target=ask, args=(simulated_openai.base_url, "slow_headers; seconds=1"))
    asking.start()
    assert connections.wait_for_requests(1)
    assert not simulated_openai.requests[0].answered.is_set()
    asking.join()


def test_connections_are_counted() -> None:
    with simulate() as simulation:
        with openai.OpenAI(api_key="sk-test", base_url=simulation.base_url) as client:
            for _ in range(3):
                client.models.list()
            assert simulation.connections.opened == 1
            assert simulation.connections.open == 1
        assert simulation.connections.wait_until_closed()


def test_speed(simulated_openai: RunningSimulation) -> None:
    settings = simulated_openai.settings
    settings.first_token_ms = 100
    settings.tokens_per_second = 200
    chunks = ask(simulated_openai.base_url, "").chunks
    expected = 0.1 + (len(chunks) - 2) / 200
    assert expected - 0.05 < fastest(lambda: ask(simulated_openai.base_url, "")) < expected + 0.5
    settings.reset()
    assert fastest(lambda: ask(simulated_openai.base_url, "")) < 0.1


@pytest.mark.parametrize("stream", [True, False])
def test_a_request_may_ask_for_another_speed(simulated_openai: RunningSimulation, stream: bool) -> None:
    simulated_openai.settings.first_token_ms = 60_000
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 20, "stream": stream}
    headers = {"authorization": "Bearer sk-test", "x-simulated-pace": "first_token_ms=100; tokens_per_second=200"}
    url = f"{simulated_openai.base_url}/chat/completions"

    def post() -> None:
        assert httpx2.post(url, json=body, headers=headers, trust_env=False).status_code == 200

    assert 0.1 < fastest(post) < 1


def test_pieces(simulated_openai: RunningSimulation) -> None:
    one = ask(simulated_openai.base_url, "").chunks
    simulated_openai.settings.tokens_per_chunk = 5
    five = ask(simulated_openai.base_url, "").chunks
    assert len(five) - 2 == -(-(len(one) - 2) // 5)
    simulated_openai.settings.chunks_per_write = 8
    assert ask(simulated_openai.base_url, "").chunks[1]["choices"] == five[1]["choices"]


def test_the_same_requests_get_the_same_bytes() -> None:
    def bodies() -> list[bytes]:
        with simulate() as running:
            answers = [ask(running.base_url, "", tools=tools, stream=True) for tools in (TOOLS, None)]
        return [answer.body.replace(str(answer.chunks[0]["created"]).encode(), b"") for answer in answers]

    assert bodies() == bodies()


def test_a_server_that_cannot_start_says_so() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="did not start"), serve(failing):
        pass


def test_a_stopped_server_frees_its_port() -> None:
    with simulate(Settings(fault="stall")) as running:
        host, port = running.base_url.removeprefix("http://").removesuffix("/v1").split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", free_port()))


def test_stopping_does_not_wait_for_stalled_answers() -> None:
    took: list[float] = []
    for _ in range(3):
        with simulate(Settings(fault="stall")) as running:
            asking = threading.Thread(target=ask, args=(running.base_url, ""))
            asking.start()
            assert running.connections.wait_for_requests(1)
            started = time.monotonic()
        asking.join()
        took.append(time.monotonic() - started)
    assert min(took) < 0.8


def test_the_command_line() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.simulated_providers",
        "--tokens-per-chunk",
        "4",
        "--fault",
        "rate_limited_ms; retry_after=2",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        base_url = json.loads(process.stdout.readline())["base_url"]
        answer = ask(base_url, "")
        assert (answer.status, answer.headers["retry-after-ms"]) == (429, "2000")
        assert QUESTION in json.loads(ask(base_url, "none", stream=False).body)["choices"][0]["message"]["content"]
        process.terminate()
        assert process.wait(5) in {0, -15}


def test_a_wrong_fault_on_the_command_line() -> None:
    command = [sys.executable, "-m", "tests.simulated_providers", "--fault", "explode"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "There is no fault `explode`" in run.stderr


def test_help_tells_what_every_fault_does() -> None:
    command = [sys.executable, "-m", "tests.simulated_providers", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    described = {name: about for name, _, about in (line.strip().partition("  ") for line in told)}
    assert {name: described.get(name, "").strip() for name in FAULTS} == {
        kind.name: kind.about for kind in FAULTS.values()
    }
