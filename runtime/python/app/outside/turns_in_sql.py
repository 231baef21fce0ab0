"""Turns of conversations in SQLite or Postgres, in a table of their own."""

import json
import time
from collections.abc import Callable
from typing import Any

from app.outside.postgres import PostgresQuery
from app.outside.queries import QueryConflict, QueryFailed
from app.outside.sqlite import SqliteQuery
from app.outside.turns import Turn
from app.runtime.context import ExecutionContext

_READ = "SELECT number, messages FROM conversation_turns WHERE session = $1 AND at >= $2 ORDER BY number"
_EXPIRE = "DELETE FROM conversation_turns WHERE expires < $1"
_INSERT = "INSERT INTO conversation_turns (session, messages, at, expires) VALUES ($1, $2, $3, $4)"
_COMPACT = (
    "UPDATE conversation_turns SET messages = $3 WHERE session = $1 AND number ="
    " (SELECT max(number) FROM conversation_turns WHERE session = $1 AND number <= $2)"
)
_DROP = (
    "DELETE FROM conversation_turns WHERE session = $1 AND number <"
    " (SELECT max(number) FROM conversation_turns WHERE session = $1 AND number <= $2)"
)
_DELETE = "DELETE FROM conversation_turns WHERE session = $1"
_INDEX = "CREATE INDEX IF NOT EXISTS conversation_turns_by_session ON conversation_turns (session, number)"
_ALL = 1_000_000

_Query = Callable[..., SqliteQuery | PostgresQuery]


class SqlTurns:
    """What both have in common; see `Turns`."""

    def __init__(self, query: _Query, table: str) -> None:
        self._query = query
        self._table = table
        self._is_there = False

    async def read(self, ctx: ExecutionContext, node: str, session: str, since: float) -> list[Turn]:
        """As in Turns."""
        await self._make(ctx, node)
        query = self._query(node=node, statements=[_READ], max_rows=_ALL)
        found = await query.send(ctx, [session, since])
        return [Turn(row["number"], json.loads(row["messages"])) for row in found["rows"]]

    async def append(
        self, ctx: ExecutionContext, node: str, session: str, messages: list[dict[str, Any]], age: float | None
    ) -> None:
        """As in Turns. What is too old goes, whose session it may be."""
        now = time.time()
        expires = None if age is None else now + age
        turn = [session, json.dumps(messages), now, expires]
        await self._write(ctx, node, (_EXPIRE, [now]), (_INSERT, turn))

    async def compact(
        self, ctx: ExecutionContext, node: str, session: str, until: int, messages: list[dict[str, Any]]
    ) -> None:
        """As in Turns."""
        kept = (_COMPACT, [session, until, json.dumps(messages)])
        await self._write(ctx, node, kept, (_DROP, [session, until]))

    async def delete(self, ctx: ExecutionContext, node: str, session: str) -> bool:
        """As in Turns."""
        return bool((await self._write(ctx, node, (_DELETE, [session])))["count"])

    async def _write(self, ctx: ExecutionContext, node: str, *statements: tuple[str, list[Any]]) -> Any:
        await self._make(ctx, node)
        query = self._query(node=node, statements=[statement for statement, _ in statements], read_only=False)
        return await query.send(ctx, *(given for _, given in statements))

    async def _make(self, ctx: ExecutionContext, node: str) -> None:
        """Makes the table when a process asks for the first time."""
        if self._is_there:
            return
        make = self._query(node=node, statements=[self._table, _INDEX], read_only=False)
        try:
            await make.send(ctx, [], [])
        except (QueryConflict, QueryFailed):
            # Another process made it at the same moment.
            await make.send(ctx, [], [])
        self._is_there = True


class SqliteTurns(SqlTurns):
    """Turns in SQLite."""

    def __init__(self) -> None:
        super().__init__(
            SqliteQuery,
            "CREATE TABLE IF NOT EXISTS conversation_turns (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " session TEXT NOT NULL, messages TEXT NOT NULL, at REAL NOT NULL, expires REAL)",
        )


class PostgresTurns(SqlTurns):
    """Turns in Postgres."""

    def __init__(self) -> None:
        super().__init__(
            PostgresQuery,
            "CREATE TABLE IF NOT EXISTS conversation_turns (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " session text NOT NULL, messages text NOT NULL, at double precision NOT NULL, expires double precision)",
        )
