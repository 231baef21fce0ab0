"""The service as a process: its one line, its end."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.upstream import DONE, FINISH, Step, head, text, upstream

ROOT = Path(__file__).parent.parent
STREAM = {"accept": "text/event-stream"}


async def start(app: str = "app", **environment: str) -> Process:
    return await start_logging_to(PIPE, app, environment)


async def start_logging_to(stderr: int, app: str, environment: dict[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.runtime.serve", "--port", "0", "--app", f"tests.example_service:{app}"),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=PIPE,
        stderr=stderr,
    )


@asynccontextmanager
async def service(upstream_url: str, **environment: str) -> AsyncGenerator[tuple[Process, httpx2.AsyncClient]]:
    process = await start(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=upstream_url, **environment)
    assert process.stdout is not None
    try:
        url = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))["url"]
        async with httpx2.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def read_until_end(client: httpx2.AsyncClient, process: Process) -> str:
    """Streams an answer, and tells the service to end when the first token is there."""
    received = ""
    async with client.stream("POST", "/chat", json={"message": "hi"}, headers=STREAM) as response:
        async for piece in response.aiter_text():
            if not received:
                process.send_signal(signal.SIGTERM)
            received += piece
    return received


async def logged(process: Process) -> list[dict[str, Any]]:
    _, stderr = await asyncio.wait_for(process.communicate(), 20)
    return [json.loads(line) for line in stderr.decode().splitlines()]


async def test_sigterm_lets_open_streams_finish() -> None:
    script: list[Step] = [head() + text("Hel"), 1.0, text("lo") + FINISH + DONE]
    async with upstream(script) as server, service(server.url, DRAIN_SECONDS="5") as (process, client):
        received = await read_until_end(client, process)
        assert "event: done" in received
        assert "event: error" not in received
        lines = await logged(process)
        assert [line["event"] for line in lines] == ["draining", "model_call", "run"]
        assert process.returncode in (0, -signal.SIGTERM)


async def test_what_does_not_finish_in_time_ends_with_an_error_event() -> None:
    async with (
        upstream([head() + text("Hel"), 30.0]) as server,
        service(server.url, DRAIN_SECONDS="0.5") as (process, client),
    ):
        received = await asyncio.wait_for(read_until_end(client, process), 10)
        assert received.count("event: error") == 1
        problem = json.loads(received.rsplit("data: ", 1)[1])
        assert (problem["code"], problem["retryable"]) == ("cancelled", True)
        await asyncio.wait_for(server.client_gone.wait(), 1)
        assert (await logged(process))[-1]["stopped_by"] == "shutdown"


async def test_a_log_that_nobody_reads_keeps_nothing_from_answering_and_ending() -> None:
    read, write = os.pipe()
    async with upstream([head() + text("Hello") + FINISH + DONE]) as server:
        try:
            environment = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.url}
            process = await start_logging_to(write, "app", environment)
        finally:
            os.close(write)
        assert process.stdout is not None
        try:
            url = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))["url"]
            os.close(read)
            async with httpx2.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
                answer = await client.post("/chat", json={"message": "hi"}, headers=STREAM)
                assert "event: done" in answer.text
                # The connection of this client is still open.
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), 15)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def test_not_ready_while_draining() -> None:
    async with (
        upstream([head() + text("Hel"), 3.0]) as server,
        service(server.url, DRAIN_SECONDS="2.5") as (
            process,
            client,
        ),
    ):
        assert (await client.get("/readyz")).status_code == 200
        stream = asyncio.create_task(read_until_end(client, process))
        # A new connection is refused or, where one was still open, told that the service is ending.
        with suppress(httpx2.TransportError):
            while (await client.get("/readyz")).status_code == 200:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            assert (await client.get("/readyz")).status_code == 503
        assert not stream.done()
        await stream


async def test_an_application_that_cannot_start() -> None:
    process = await start("nothing")
    stdout, _ = await process.communicate()
    assert process.returncode != 0
    assert stdout == b""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("OPENAI_BASE_URL", "nowhere"),
        ("OPENAI_API_KEY", "sk-s\u00e9cret"),
        ("HTTPS_PROXY", "socks5://127.0.0.1:9"),
    ],
)
async def test_settings_that_cannot_be_used_end_the_start_with_one_line(name: str, value: str) -> None:
    proper = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "https://127.0.0.1:9/v1", "NO_PROXY": "", "no_proxy": ""}
    process = await start(**{**proper, name: value})
    _, stderr = await asyncio.wait_for(process.communicate(), 20)
    (line,) = stderr.decode().splitlines()
    told = json.loads(line)
    assert (told["level"], told["event"]) == ("error", "cannot_start")
    assert ("proxy" if name == "HTTPS_PROXY" else name) in told["detail"]
    assert value not in line
    assert process.returncode in (1, 3)
