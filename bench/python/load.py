"""The load generator: reads jobs as lines of JSON, does them, and reports each as a line of JSON.

While a job runs it only writes requests and keeps what it reads with the time; all reading of answers comes afterwards,
so that it does not compete with the upstream beside it.
"""

import asyncio
import gc
import sys
import time
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import urlopen

import msgspec
import uvloop

from jobs import Job, Report
from verdicts import Exchange, report_on
from wire.http_end import BodyEnd
from work import Work

_LONGEST_JOB_SECONDS = 120


class Caller(asyncio.Protocol):
    """One connection, which sends its requests one after the other."""

    def __init__(self, job: Job, number: int) -> None:
        self._job = job
        self._number = number
        self._transport: asyncio.Transport | None = None
        self._end = BodyEnd()
        self.exchanges: list[Exchange] = []
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Keeps the bytes; at the end of an answer comes the next request."""
        self.exchanges[-1].received.append((time.monotonic(), data))
        if self._end.reached_by(data):
            if len(self.exchanges) < self._job.requests_each:
                self._send()
            else:
                self._close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the exchange, complete or not."""
        self._close()

    def cut_off(self) -> None:
        """Leaves in the middle; an answer that should have been complete by then stays a failure."""
        if not self.finished.done() and self.exchanges:
            self.exchanges[-1].cut = self._job.stop_after_s > 0
        self._close()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()
        if not self.finished.done():
            self.finished.set_result(None)

    def _send(self) -> None:
        job = self._job
        number = self._number * job.requests_each + len(self.exchanges)
        work = Work(job.tokens, job.per_write, job.writes_per_second, job.kind, job.end_delay_ms, number)
        address = urlsplit(job.url)
        prompt = job.message or work.prompt()
        asked: dict[str, Any] = {"model": "support-chat", "stream": job.stream}
        if job.url.endswith("/chat/completions"):
            asked["messages"] = [{"role": "user", "content": prompt}]
            asked["stream_options"] = {"include_usage": True}
        elif job.url.endswith("/v1/responses"):
            asked["input"] = prompt
        else:
            asked = {"message": prompt}
        body = msgspec.json.encode(asked)
        accept = "text/event-stream" if job.stream else "application/json"
        head = (
            f"POST {address.path} HTTP/1.1\r\nhost: {address.netloc}\r\naccept: {accept}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self._end = BodyEnd()
        self.exchanges.append(Exchange(work, time.monotonic()))
        assert self._transport is not None  # noqa: S101
        self._transport.write(head.encode() + body)


async def do(job: Job) -> tuple[list[Exchange], float]:
    """The exchanges of a job, and how long it took in seconds."""
    loop = asyncio.get_running_loop()
    address = urlsplit(job.url)
    callers: list[Caller] = []
    started = loop.time()

    async def call(number: int) -> None:
        await asyncio.sleep(started + number * job.spacing_s - loop.time())
        caller = Caller(job, number)
        callers.append(caller)
        await loop.create_connection(lambda: caller, str(address.hostname), int(address.port or 80))
        await caller.finished

    tasks = [asyncio.create_task(call(number)) for number in range(job.connections)]
    limit = job.stop_after_s or _LONGEST_JOB_SECONDS
    _, unfinished = await asyncio.wait(tasks, timeout=limit)
    for caller in callers:
        caller.cut_off()
    for task in unfinished:
        task.cancel()
    failed = [result for result in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(result, OSError)]
    if failed:
        raise failed[0]
    return [exchange for caller in callers for exchange in caller.exchanges], loop.time() - started


def perform(job: Job) -> Report:
    """Does a job and judges what came back."""
    gc.collect()
    gc.disable()
    exchanges, wall = uvloop.run(do(job))
    gc.enable()
    starts: dict[str, float] = {}
    if job.upstream:
        with urlopen(f"{job.upstream}/starts", timeout=10) as answer:
            starts = msgspec.json.decode(answer.read())
    return report_on(job, exchanges, starts, wall)


def main() -> None:
    """Does jobs until its input ends."""
    for line in sys.stdin:
        report = perform(msgspec.json.decode(line, type=Job))
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
