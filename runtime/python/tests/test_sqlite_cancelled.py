"""Steps with SQLite that are cancelled, wherever they are: no rows of them stay, no connections and no threads."""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.outside.conversations import Conversation
from app.outside.sqlite import SqliteQuery
from app.runtime.context import ExecutionContext, Process, open_context

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
# Its first row is there at once, the second never.
TRICKLING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 2"
COUNT = SqliteQuery(node="count", statements=["SELECT count(*) AS n FROM people"])
INSERT = SqliteQuery(node="add", statements=["INSERT INTO people VALUES ($1)"], read_only=False)
EMPTY = SqliteQuery(node="empty", statements=["DELETE FROM people"], read_only=False)
TURN = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]


class Watched(sqlite3.Connection):
    """A connection that is counted while it is open, and says when a statement is about to run."""

    def __init__(self, watch: "Watch", *arguments: Any, **options: Any) -> None:
        watch.arrive("")
        super().__init__(*arguments, **options)
        self._watch = watch
        watch.open += 1

    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        self._watch.arrive(statement)
        return super().execute(statement, *arguments)

    def close(self) -> None:
        self._watch.open -= 1
        super().close()


class Watch:
    """How many connections are open, and what is to happen at the place that counts down to none."""

    def __init__(self) -> None:
        self.open = 0
        self.places = 0
        self.then: Callable[[], object] = lambda: None
        self.statement = ""

    def arrive(self, statement: str) -> None:
        self.places -= 1
        if self.places == 0:
            self.statement = statement
            self.then()


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """The connections of a test; none of them, and no thread, is left, and no thread ends with an error."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "data.sqlite"))
    watched = Watch()
    monkeypatch.setattr(sqlite3, "connect", partial(Watched, watched))
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    before = set(threading.enumerate())
    yield watched
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()
    assert watched.open == 0
    assert failed == []


async def rows(ctx: ExecutionContext) -> int:
    return (await COUNT.send(ctx, []))["rows"][0]["n"]


async def make_table(ctx: ExecutionContext) -> None:
    await SqliteQuery(node="make", statements=["CREATE TABLE people (name TEXT)"], read_only=False).send(ctx, [])


async def append(ctx: ExecutionContext) -> None:
    await Conversation(node="talk").append(ctx, "a", TURN)


async def insert(ctx: ExecutionContext) -> None:
    await INSERT.send(ctx, ["a"])


async def read(ctx: ExecutionContext) -> None:
    await rows(ctx)


@pytest.mark.parametrize("step", [append, insert, read])
async def test_cancelled_at_every_statement(watch: Watch, step: Callable[[ExecutionContext], Any]) -> None:
    async with open_context() as ctx:
        await make_table(ctx)
    loop = asyncio.get_running_loop()
    for place in range(1, 100):
        async with open_context() as ctx:
            await EMPTY.send(ctx, [])
        async with open_context() as ctx:
            running = asyncio.ensure_future(step(ctx))
            arrived = threading.Event()

            def cancel(task: "asyncio.Future[None]" = running, arrived: threading.Event = arrived) -> None:
                arrived.set()
                loop.call_soon_threadsafe(task.cancel)
                time.sleep(0.01)

            watch.places, watch.then = place, cancel
            done = await asyncio.wait([running], timeout=10)
            assert done[0]
            if not arrived.is_set():
                break
            if running.cancelled() and step is insert:
                assert await rows(ctx) == 0
        assert watch.open == 0
    else:
        pytest.fail("it never came to its end")
    assert place > 4


@pytest.mark.parametrize("turns", range(6))
async def test_cancelled_at_every_turn_of_the_loop(watch: Watch, turns: int) -> None:
    async with open_context() as ctx:
        await make_table(ctx)
        running = asyncio.ensure_future(insert(ctx))
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])
        assert await rows(ctx) in {0, 1}


@pytest.mark.parametrize("statement", [ENDLESS, TRICKLING])
async def test_a_statement_without_an_end_is_broken_off(watch: Watch, statement: str) -> None:
    async with open_context() as ctx:
        running = asyncio.ensure_future(SqliteQuery(node="look", statements=[statement]).send(ctx, []))
        await asyncio.sleep(0.1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert watch.open == 0


async def test_who_waits_for_another_writer_gives_up_with_its_run(watch: Watch) -> None:
    async with open_context() as ctx:
        await make_table(ctx)
        other = sqlite3.connect(os.environ["SQLITE_PATH"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        running = asyncio.ensure_future(insert(ctx))
        await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.wait([running])
        began = time.perf_counter()
        await ctx.pools.aclose()
        # Far less than QUERY_TIMEOUT_SECONDS.
        assert time.perf_counter() - began < 10
        other.close()


async def test_steps_that_wait_for_a_connection(watch: Watch) -> None:
    async with open_context() as ctx:
        await make_table(ctx)
        endless = SqliteQuery(node="look", statements=[ENDLESS])
        busy = [asyncio.ensure_future(endless.send(ctx, [])) for _ in range(8)]
        waiting = [asyncio.ensure_future(insert(ctx)) for _ in range(8)]
        await asyncio.sleep(0.05)
        for each in (*waiting, *busy):
            each.cancel()
        await asyncio.wait([*waiting, *busy])
        assert await rows(ctx) == 0


@pytest.mark.parametrize("target", ["/nowhere/data.sqlite", __file__])
def test_a_loop_that_ends_right_after_a_database_that_is_none(watch: Watch, target: str) -> None:
    Path(os.environ["SQLITE_PATH"]).symlink_to(target)

    async def ask() -> None:
        async with open_context() as ctx:
            await rows(ctx)

    for _ in range(20):
        with pytest.raises(Exception, match=r"database cannot be used"):
            asyncio.run(ask())
    assert watch.open == 0


def test_a_loop_that_closes_while_a_statement_runs(watch: Watch) -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> tuple[Process, "asyncio.Future[Any]"]:
        process = Process()
        running = asyncio.ensure_future(SqliteQuery(node="look", statements=[ENDLESS]).send(process.context(), []))
        await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.wait([running])
        return process, running

    process, running = loop.run_until_complete(begin())
    loop.close()
    assert running.cancelled()
    asyncio.run(process.pools.aclose())
