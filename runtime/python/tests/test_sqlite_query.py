"""Queries to SQLite: values are parameters, a transaction is whole or not at all."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.outside.errors import AnswerUnusable
from app.outside.queries import DatabaseTimeout, DatabaseUnreachable, QueryConflict, QueryFailed, TooManyRows
from app.outside.sqlite import SqliteQuery
from app.runtime.context import ExecutionContext, open_context

HOSTILE = "x'); DROP TABLE people; --"
INSERT = "INSERT INTO people (name, age) VALUES ($1, $2)"


def query(*statements: str, read_only: bool = True) -> SqliteQuery:
    return SqliteQuery(node="look", statements=statements, read_only=read_only)


def change(*statements: str) -> SqliteQuery:
    return query(*statements, read_only=False)


@pytest.fixture
async def ctx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ExecutionContext]:
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "data.sqlite"))
    async with open_context() as opened:
        await change("CREATE TABLE people (name TEXT UNIQUE, age INTEGER, tags TEXT, photo BLOB)").send(opened, [])
        yield opened


async def test_values_are_parameters(ctx: ExecutionContext) -> None:
    assert await change(INSERT).send(ctx, [HOSTILE, 7]) == {"rows": [], "count": 1}
    found = await query("SELECT name, age FROM people WHERE name = $1 AND age > $2").send(ctx, [HOSTILE, 6])
    assert found == {"rows": [{"name": HOSTILE, "age": 7}], "count": 1}


async def test_what_json_does_not_have(ctx: ExecutionContext) -> None:
    await change("INSERT INTO people VALUES ($1, $2, $3, x'00ff')").send(ctx, ["a", True, ["x", {"y": None}]])
    found = await query("SELECT * FROM people").send(ctx, [])
    assert found["rows"] == [{"name": "a", "age": 1, "tags": '["x", {"y": null}]', "photo": "AP8="}]


async def test_a_transaction_is_whole_or_not_at_all(ctx: ExecutionContext) -> None:
    with pytest.raises(QueryConflict) as caught:
        await change(INSERT, INSERT).send(ctx, ["a", 1], ["a", 2])
    assert caught.value.details["statement"] == 2
    assert (await query("SELECT count(*) AS n FROM people").send(ctx, []))["rows"] == [{"n": 0}]


async def test_returning_gives_rows(ctx: ExecutionContext) -> None:
    found = await change(INSERT + " RETURNING name").send(ctx, ["a", 1])
    assert found == {"rows": [{"name": "a"}], "count": 1}


async def test_a_reading_step_does_not_write(ctx: ExecutionContext) -> None:
    with pytest.raises(QueryFailed, match="READONLY"):
        await query(INSERT).send(ctx, ["a", 1])
    await change(INSERT).send(ctx, ["a", 1])


async def test_rows_are_limited(ctx: ExecutionContext) -> None:
    for name in "abc":
        await change(INSERT).send(ctx, [name, 1])
    small = SqliteQuery(node="look", statements=["SELECT name FROM people"], max_rows=2)
    with pytest.raises(TooManyRows, match="2 rows"):
        await small.send(ctx, [])


async def test_rows_fit_their_schema(ctx: ExecutionContext) -> None:
    await change(INSERT).send(ctx, ["a", None])
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}}
    typed = SqliteQuery(node="look", statements=["SELECT age FROM people"], row_schema=schema)
    with pytest.raises(AnswerUnusable) as caught:
        await typed.send(ctx, [])
    assert caught.value.details["errors"][0]["pointer"] == "/0/age"


async def test_a_wrong_statement(ctx: ExecutionContext) -> None:
    with pytest.raises(QueryFailed) as caught:
        await query("SELECT name FROM nowhere").send(ctx, [])
    assert caught.value.node == "look"
    assert "nowhere" in caught.value.upstream["message"]


@pytest.mark.parametrize("value", [2**63, "\ud800"])
async def test_a_value_that_sqlite_does_not_have(ctx: ExecutionContext, value: object) -> None:
    with pytest.raises(QueryFailed, match="Statement 1"):
        await query("SELECT $1 AS x").send(ctx, [value])


async def test_many_at_once(ctx: ExecutionContext) -> None:
    write = change(INSERT)
    read = query("SELECT count(*) AS n FROM people")
    await asyncio.gather(
        *(write.send(ctx, [str(each), each]) for each in range(50)), *(read.send(ctx, []) for _ in range(50))
    )
    assert (await read.send(ctx, []))["rows"] == [{"n": 50}]


async def test_a_run_that_is_cancelled_leaves_nothing(ctx: ExecutionContext) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT max(i) FROM n"
    running = asyncio.create_task(change(INSERT, endless).send(ctx, ["a", 1], []))
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await query("SELECT count(*) AS n FROM people").send(ctx, []))["rows"] == [{"n": 0}]


async def test_too_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "data.sqlite"))
    monkeypatch.setenv("QUERY_TIMEOUT_SECONDS", "0.2")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT max(i) FROM n"
    async with open_context() as ctx:
        with pytest.raises(DatabaseTimeout, match=r"0\.2"):
            await query(endless).send(ctx, [])


async def test_another_writer_is_waited_for(ctx: ExecutionContext) -> None:
    other = sqlite3.connect(os.environ["SQLITE_PATH"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(change(INSERT).send(ctx, ["a", 1]))
    await asyncio.sleep(0.5)
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    assert await writing == {"rows": [], "count": 1}


async def test_no_such_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to("/nowhere/data.sqlite")
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "link"))
    async with open_context() as ctx:
        with pytest.raises(DatabaseUnreachable, match="CANTOPEN") as caught:
            await query("SELECT 1").send(ctx, [])
    assert "SQLITE_PATH" in caught.value.hint
