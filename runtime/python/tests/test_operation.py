"""What those who operate a service see and do: workers, metrics, the log of requests, secrets that are replaced."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics,  # pyright: ignore[reportUnknownVariableType]
)
from prometheus_client.parser import text_string_to_metric_families as metrics_of

from tests.upstream import DONE, FINISH, Step, Upstream, answer, head, text, upstream, whole

ROOT = Path(__file__).parent.parent
HELLO = answer("200 OK", whole({"role": "assistant", "content": "Hello"}))[:1]
TOKEN = {"authorization": "Bearer metrics-token"}


@dataclass
class Operated:
    """A service, as the one who operates it sees it."""

    process: Process
    client: httpx2.AsyncClient
    log: Path

    def lines(self, event: str | None = None) -> list[dict[str, Any]]:
        """The lines of the log so far."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if event in (None, line["event"])]

    async def until(self, holds: Callable[[], bool], seconds: float = 20) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def is_refused(self) -> bool:
        """Whether nobody listens any more; a connection may also break that was taken a moment before."""
        try:
            await self.client.get("/healthz", headers={"connection": "close"})
        except httpx2.ConnectError:
            return True
        except httpx2.TransportError:
            pass
        return False

    async def ask(self, message: str = "hi", room: str = "a", **headers: str) -> httpx2.Response:
        """Asks over a connection of its own, so that any worker may answer."""
        sent = {"connection": "close", "accept": "application/json", **headers}
        return await self.client.post(f"/chat/{room}", json={"message": message}, headers=sent)


@asynccontextmanager
async def operated(folder: Path, url: str, *more: str, **environment: str) -> AsyncGenerator[Operated]:
    log = folder / "log"
    given = {"OPENAI_BASE_URL": url, "METRICS_TOKEN": "metrics-token", "PYTHONPATH": str(ROOT), **environment}
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.runtime.serve", "--port", "0", "--app", "tests.operated_service:app", *more),
            cwd=folder,
            env={**os.environ, **given},
            stdout=PIPE,
            stderr=file,
        )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line, log.read_text()
        async with httpx2.AsyncClient(base_url=json.loads(line)["url"], timeout=20, trust_env=False) as client:
            yield Operated(process, client, log)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.wait_for(process.wait(), 20)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def numbers(service: Operated) -> dict[tuple[str, ...], float]:
    """The samples of /metrics by name and the values of their labels."""
    shown = await service.client.get("/metrics", headers=TOKEN)
    assert shown.status_code == 200
    found = [sample for family in metrics_of(shown.text) for sample in family.samples]
    return {(sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value for sample in found}


async def test_workers_count_together_are_replaced_and_leave_nothing_behind(tmp_path: Path) -> None:
    slow: list[Step] = [head() + text("Hel"), 3.0, text("lo") + FINISH + DONE]
    async with (
        upstream(HELLO) as server,
        operated(tmp_path, server.url, "--workers", "2", OPENAI_API_KEY="sk-1") as service,
    ):
        answered: Counter[int] = Counter()
        async with asyncio.timeout(20):
            while len(answered) < 2:
                answers = await asyncio.gather(*(service.ask() for _ in range(8)))
                answered.update(int(each.headers["x-process"]) for each in answers)
        await service.ask("ask a-model-of-the-callers")
        counted = await numbers(service)
        runs = answered.total() + 1
        assert counted["workflow_runs_total", "ok", "chat"] == runs
        assert counted["http_requests_total", "POST", "/chat/{room}", "200"] == runs
        assert counted["model_calls_total", "chat", "gpt-5.4-mini", "ok", "openai"] == runs - 1
        assert counted["model_calls_total", "chat", "other", "ok", "openai"] == 1
        assert not [key for key in counted if "a-model-of-the-callers" in key]

        first, second = answered
        os.kill(first, signal.SIGKILL)
        await service.until(lambda: len(service.lines("worker_started")) == 3)
        assert [line["exit_code"] for line in service.lines("worker_died")] == [-signal.SIGKILL]
        assert (await service.ask()).status_code == 200
        assert (await numbers(service))["workflow_runs_total", "ok", "chat"] == runs + 1

        server.play(slow)
        streamed = asyncio.create_task(service.ask(accept="text/event-stream"))
        await service.until(lambda: len(server.requests) == runs + 2)
        service.process.send_signal(signal.SIGTERM)
        await service.until(lambda: len(service.lines("draining")) == 2)
        # Each stops to listen in the next round of its loop.
        while not await service.is_refused():
            assert not streamed.done()
        assert "event: done" in (await streamed).text
        assert await asyncio.wait_for(service.process.wait(), 20) == 0
        assert not any(map(alive, (second, *(line["pid"] for line in service.lines("worker_started")))))


async def test_workers_whose_supervisor_is_killed_end_too(tmp_path: Path) -> None:
    async with upstream(HELLO) as server, operated(tmp_path, server.url, "--workers", "2") as service:
        workers = [line["pid"] for line in service.lines("worker_started")]
        assert len(workers) == 2
        assert all(map(alive, workers))
        service.process.kill()
        await service.until(lambda: not any(map(alive, workers)))
        assert len(service.lines("supervisor_gone")) == 2


async def test_what_keeps_workers_from_starting_ends_them_all(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.runtime.serve", "--port", "0", "--workers", "2"),
        *("--app", "tests.operated_service:app"),
        cwd=ROOT,
        env={**os.environ, "OPENAI_API_KEY_FILE": str(tmp_path / "nothing"), "REDIS_URL": "redis://localhost"},
        stdout=PIPE,
        stderr=PIPE,
    )
    told, log = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, told) == (3, b"")
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["event"] for line in lines} <= {"cannot_start", "worker_died"}
    assert lines[0]["detail"] == "OPENAI_API_KEY_FILE names a file that cannot be read (FileNotFoundError)."


async def test_the_log_of_requests_has_what_operators_need_and_nothing_of_what_was_sent(tmp_path: Path) -> None:
    async with upstream(HELLO) as server, operated(tmp_path, server.url, OPENAI_API_KEY="sk-1") as service:
        hostile = 'x%0A{"event":"request"}'
        answered = await service.ask("my secret words", hostile, **{"x-request-id": "order-7"})
        await service.client.get("/nowhere/my-secret?token=my-secret", headers={"cookie": "my-secret"})
        await service.client.get("/healthz?token=my-secret")
        assert answered.headers["x-request-id"] == "order-7"
        assert "X-Client-Request-Id: order-7\r\n" in server.heads[0]
        await service.until(lambda: len(service.lines("request")) == 3)
        told, unknown, probed = service.lines("request")
        assert 0 < told.pop("elapsed_ms") < 20_000
        assert told.pop("time")
        assert told == {
            "level": "info",
            "event": "request",
            "request_id": "order-7",
            "method": "POST",
            "route": "/chat/{room}",
            "status": 200,
            "bytes": len(answered.content),
            "address": "127.0.0.1",
        }
        assert "route" not in unknown
        assert unknown["status"] == 404
        assert probed["route"] == "/healthz"
        requests = "".join(json.dumps(line) for line in service.lines("request"))
        assert "secret" not in requests

        script: list[Step] = [30.0]
        server.play(script)
        with pytest.raises(httpx2.ReadTimeout):
            await service.client.post("/chat/a", json={"message": "hi"}, timeout=0.3)
        await service.until(lambda: len(service.lines("request")) == 4)
        assert service.lines("request")[-1]["status"] == 499


async def test_metrics_are_for_who_has_their_token_and_parse(tmp_path: Path) -> None:
    async with upstream(HELLO) as server, operated(tmp_path, server.url, OPENAI_API_KEY="sk-1") as service:
        for sent in (b"Bearer other", b"Bearer m\xe9", b""):
            refused = await service.client.get("/metrics", headers=[(b"authorization", sent)])
            assert refused.status_code == 401
            assert "WWW-Authenticate" in refused.headers
        await service.ask()
        shown = await service.client.get("/metrics", headers=TOKEN)
        assert shown.headers["content-type"].startswith("text/plain; version=")
        assert {family.name for family in metrics_of(shown.text)} >= {"workflow_runs", "model_tokens", "model_cost_usd"}
        accepted = {**TOKEN, "accept": "application/openmetrics-text; version=1.0.0"}
        shown = await service.client.get("/metrics", headers=accepted)
        assert "workflow_runs_active" in {family.name for family in open_metrics(shown.text)}


async def test_nobody_sees_metrics_where_no_token_is_set(tmp_path: Path) -> None:
    async with upstream(HELLO) as server, operated(tmp_path, server.url, METRICS_TOKEN="") as service:
        assert (await service.client.get("/metrics", headers={"authorization": "Bearer x"})).status_code == 404


def bearer(server: Upstream) -> str:
    """The key that the last request came with."""
    return next(line.partition(" ")[2] for line in server.heads[-1].splitlines() if line.startswith("Authorization"))


async def test_secrets_are_replaced_while_the_service_runs(tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "key").write_text(f"sk-{name}\n")
    mounted.symlink_to("one")
    held: list[Step] = [head() + text("Hel"), 2.0, text("lo") + FINISH + DONE]
    environment = {"OPENAI_API_KEY_FILE": str(mounted / "key"), "SECRETS_CHECK_SECONDS": "0.2"}
    async with upstream(held, HELLO) as server, operated(tmp_path, server.url, **environment) as service:
        streamed = asyncio.create_task(service.ask(accept="text/event-stream"))
        await service.until(lambda: len(server.requests) == 1)
        assert bearer(server) == "Bearer sk-one"
        # As Kubernetes replaces what is mounted: by a link that is put in the place of another.
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").replace(mounted)
        await service.until(lambda: len(service.lines("secrets_read")) == 1)
        assert service.lines("secrets_read")[0]["replaced"] == ["OPENAI_API_KEY"]
        assert (await service.ask()).status_code == 200
        assert bearer(server) == "Bearer sk-two"
        assert "event: done" in (await streamed).text

        for number, broken in enumerate(("", "sk-\u00e9", "two\nlines"), 1):
            (tmp_path / "two" / "key").write_text(broken)
            await service.until(lambda number=number: len(service.lines("secret_kept")) == number)
            assert (await service.ask()).status_code == 200
            assert bearer(server) == "Bearer sk-two"
        assert all("OPENAI_API_KEY" in line["detail"] for line in service.lines("secret_kept"))
        assert "sk-" not in service.log.read_text()


async def test_a_hang_up_reads_secrets_that_were_missing(tmp_path: Path) -> None:
    environment = {"SECRETS_CHECK_SECONDS": "0", "OPENAI_API_KEY": ""}
    async with upstream(HELLO) as server, operated(tmp_path, server.url, "--workers", "2", **environment) as service:
        assert (await service.client.get("/readyz")).status_code == 503
        del environment["OPENAI_API_KEY"]
        (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-three\nMETRICS_TOKEN=other\nRUNS_TOKEN=hushed")
        before = time.monotonic()
        service.process.send_signal(signal.SIGHUP)
        await service.until(lambda: len(service.lines("secrets_read")) == 2)
        assert time.monotonic() - before < 15
        await service.until(lambda: len(service.lines("restart_needed")) == 2)
        assert [line["names"] for line in service.lines("restart_needed")] == [["RUNS_TOKEN"]] * 2
        assert "hushed" not in service.log.read_text()
        assert service.process.returncode is None
