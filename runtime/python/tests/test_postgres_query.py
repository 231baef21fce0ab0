"""Queries to a real Postgres: values are parameters, a transaction is whole or not at all, a server may go away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.outside.postgres import PostgresQuery
from app.outside.queries import DatabaseTimeout, DatabaseUnreachable, QueryConflict, QueryFailed, TooManyRows
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import MissingApiKey
from tests.database_servers import PostgresServer, running_postgres

HOSTILE = "x'); DROP TABLE people; --"
INSERT = "INSERT INTO people (name, age) VALUES ($1, $2)"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


def query(*statements: str, read_only: bool = True) -> PostgresQuery:
    return PostgresQuery(node="look", statements=statements, read_only=read_only)


def change(*statements: str) -> PostgresQuery:
    return query(*statements, read_only=False)


@pytest.fixture
async def ctx(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ExecutionContext]:
    monkeypatch.setenv("DATABASE_URL", server.url)
    async with open_context() as opened:
        await change(
            "DROP TABLE IF EXISTS people",
            "CREATE TABLE people (name text UNIQUE, age integer, born date, paid numeric, more jsonb, tags text[])",
        ).send(opened, [], [])
        yield opened


async def test_values_are_parameters(ctx: ExecutionContext) -> None:
    assert await change(INSERT).send(ctx, [HOSTILE, 7]) == {"rows": [], "count": 1}
    found = await query("SELECT name, age FROM people WHERE name = $1 AND age > $2").send(ctx, [HOSTILE, 6])
    assert found == {"rows": [{"name": HOSTILE, "age": 7}], "count": 1}


async def test_what_json_does_not_have(ctx: ExecutionContext) -> None:
    given = ["a", "2026-02-03", 12.5, {"deep": [1, None, "x"]}, ["p", "q"]]
    await change("INSERT INTO people VALUES ($1, 1, $2::text::date, $3, $4, $5)").send(ctx, given)
    found = await query(
        "SELECT *, 12345678901234567890::numeric AS big, 'infinity'::float8 = 1 AS no, now() > born AS past,"
        " gen_random_uuid()::text <> '' AS has, '\\x00ff'::bytea AS bytes, interval '90 s' AS wait FROM people"
    ).send(ctx, [])
    assert found["rows"] == [
        {
            "name": "a",
            "age": 1,
            "born": "2026-02-03",
            "paid": 12.5,
            "more": {"deep": [1, None, "x"]},
            "tags": ["p", "q"],
            "big": 12345678901234567890,
            "no": False,
            "past": True,
            "has": True,
            "bytes": "AP8=",
            "wait": 90.0,
        }
    ]


async def test_a_transaction_is_whole_or_not_at_all(ctx: ExecutionContext) -> None:
    with pytest.raises(QueryConflict) as caught:
        await change(INSERT, INSERT).send(ctx, ["a", 1], ["a", 2])
    assert (caught.value.details["statement"], caught.value.details["sqlstate"]) == (2, "23505")
    assert "tester" not in str(caught.value.problem())
    assert (await query("SELECT count(*) AS n FROM people").send(ctx, []))["rows"] == [{"n": 0}]


async def test_returning_gives_rows(ctx: ExecutionContext) -> None:
    found = await change(INSERT + " RETURNING name").send(ctx, ["a", 1])
    assert found == {"rows": [{"name": "a"}], "count": 1}
    assert await change("DELETE FROM people").send(ctx, []) == {"rows": [], "count": 1}


async def test_a_reading_step_does_not_write(ctx: ExecutionContext) -> None:
    with pytest.raises(QueryFailed) as caught:
        await query(INSERT).send(ctx, ["a", 1])
    assert caught.value.details["sqlstate"] == "25006"


async def test_rows_are_limited(ctx: ExecutionContext) -> None:
    endless = PostgresQuery(node="look", statements=["SELECT generate_series(1, $1::int) AS n"], max_rows=1500)
    assert len((await endless.send(ctx, [1500]))["rows"]) == 1500
    with pytest.raises(TooManyRows):
        await endless.send(ctx, [100_000_000])


async def test_a_value_of_another_type(ctx: ExecutionContext) -> None:
    with pytest.raises(QueryFailed) as caught:
        await query("SELECT name FROM people WHERE born = $1").send(ctx, ["2026-01-01"])
    assert "::" in caught.value.hint
    assert "2026" not in str(caught.value.problem())


async def test_many_at_once(ctx: ExecutionContext) -> None:
    async with asyncio.TaskGroup() as tasks:
        for each in range(60):
            tasks.create_task(change(INSERT).send(ctx, [str(each), each]))
    assert (await query("SELECT count(*) AS n FROM people").send(ctx, []))["rows"] == [{"n": 60}]


async def test_a_run_that_is_cancelled_leaves_nothing(ctx: ExecutionContext) -> None:
    running = asyncio.create_task(change(INSERT, "SELECT pg_sleep(30)").send(ctx, ["a", 1], []))
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await query("SELECT count(*) AS n FROM people").send(ctx, []))["rows"] == [{"n": 0}]


async def test_too_slow(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url)
    monkeypatch.setenv("QUERY_TIMEOUT_SECONDS", "0.5")
    async with open_context() as ctx:
        with pytest.raises(DatabaseTimeout, match=r"0\.5"):
            await query("SELECT pg_sleep(30)").send(ctx, [])


async def test_a_wrong_password(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url.replace("secret", "wr0ng"))
    async with open_context() as ctx:
        with pytest.raises(QueryFailed, match="account") as caught:
            await query("SELECT 1").send(ctx, [])
    assert "wr0ng" not in str(caught.value.problem())


async def test_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    async with open_context() as ctx:
        with pytest.raises(MissingApiKey, match="DATABASE_URL"):
            await query("SELECT 1").send(ctx, [])


async def test_a_server_that_goes_away_and_comes_back(ctx: ExecutionContext, server: PostgresServer) -> None:
    running = asyncio.create_task(query("SELECT pg_sleep(30)").send(ctx, []))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(server.stop)
    with pytest.raises(DatabaseUnreachable) as caught:
        await running
    assert caught.value.retryable
    with pytest.raises(DatabaseUnreachable):
        await query("SELECT 1").send(ctx, [])
    await asyncio.to_thread(server.start)
    assert (await _once_it_answers(ctx))["rows"] == [{"one": 1}]


async def _once_it_answers(ctx: ExecutionContext) -> Any:
    for _ in range(100):
        try:
            return await query("SELECT 1 AS one").send(ctx, [])
        except DatabaseUnreachable:
            await asyncio.sleep(0.1)
    raise AssertionError("It does not answer.")
