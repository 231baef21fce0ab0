"""Queries to SQLite as steps of a workflow: a database in a file beside the service."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiosqlite

from app.outside.queries import (
    DatabaseTimeout,
    DatabaseUnreachable,
    Query,
    QueryConflict,
    QueryFailed,
    QuerySettings,
)
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings

_MOST_CONNECTIONS = 8
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SqliteSettings(QuerySettings):
    """What the operator can set for queries to SQLite."""

    sqlite_path: str = "data.sqlite"
    """The file of the database; made when it is not there."""


class Sqlite:
    """The connections of the process to its database: each has a thread, and is used by one step at a time."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.settings = SqliteSettings.load()
        self._places = asyncio.Semaphore(_MOST_CONNECTIONS)
        self._idle: list[aiosqlite.Connection] = []

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[aiosqlite.Connection]:
        """A connection for one transaction; one whose transaction broke off is not used again."""
        async with self._places:
            connection = self._idle.pop() if self._idle else await self._open()
            try:
                yield connection
            except BaseException:
                await connection.interrupt()
                await asyncio.shield(connection.close())
                raise
            self._idle.append(connection)

    async def _open(self) -> aiosqlite.Connection:
        wait = self.settings.query_timeout_seconds
        connection = await aiosqlite.connect(self.settings.sqlite_path, timeout=wait, isolation_level=None)
        connection.row_factory = sqlite3.Row
        # Readers and a writer do not wait for each other: https://www.sqlite.org/wal.html
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA foreign_keys = ON")
        return connection

    async def aclose(self) -> None:
        """Closes the connections that nobody uses."""
        while self._idle:
            await self._idle.pop().close()


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteQuery(Query):
    """As Query, in SQLite."""

    async def send(self, ctx: ExecutionContext, *parameters: Sequence[Any]) -> Any:
        """Runs the statements, each with its list of parameters, in one transaction; gives `{"rows": …, "count": …}`
        of the last one. Lists and objects are sent as JSON texts.

        Raises:
            QueryFailed, QueryConflict: a statement is refused; nothing of the transaction stays.
            DatabaseUnreachable, DatabaseTimeout: the file cannot be opened, or others write for too long.
            TooManyRows, AnswerUnusable: the rows.
        """
        try:
            async with self.asking(ctx, ctx.pools.shared(Sqlite)) as connection:
                rows, count = await self._run_all(connection, parameters)
            return self.result(rows, count)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    async def _run_all(
        self, connection: aiosqlite.Connection, parameters: Sequence[Sequence[Any]]
    ) -> tuple[list[dict[str, Any]], int]:
        await connection.execute(f"PRAGMA query_only = {'ON' if self.read_only else 'OFF'}")
        await connection.execute("BEGIN" if self.read_only else "BEGIN IMMEDIATE")
        found: tuple[list[dict[str, Any]], int] = [], 0
        for number, (statement, given) in enumerate(zip(self.statements, parameters, strict=True), 1):
            try:
                found = await self._run(connection, statement, given)
            except sqlite3.Error as error:
                raise self._refused(error, number) from error
        await connection.execute("COMMIT")
        return found

    async def _run(
        self, connection: aiosqlite.Connection, statement: str, given: Sequence[Any]
    ) -> tuple[list[dict[str, Any]], int]:
        # `$1` is the parameter named 1.
        named = {str(number): _sent(value) for number, value in enumerate(given, 1)}
        async with connection.execute(statement, named) as cursor:
            rows = [dict(row) for row in await cursor.fetchmany(self.max_rows + 1)]
            return rows, len(rows) if rows else max(cursor.rowcount, 0)

    def _refused(self, error: sqlite3.Error, number: int) -> ServiceError:
        if _code(error) in _BUSY:
            return self._unusable(error)
        kind = QueryConflict if isinstance(error, sqlite3.IntegrityError) else QueryFailed
        refused = kind(f"Statement {number} was refused: {_named(error)}.", node=self.node, statement=number)
        refused.upstream = {"message": str(error)}
        return refused

    def _unusable(self, error: sqlite3.Error) -> ServiceError:
        if _code(error) in _BUSY:
            return DatabaseTimeout("Another connection writes for too long.", node=self.node)
        hint = "Check that SQLITE_PATH is a database, and that its folder is there and can be written."
        return DatabaseUnreachable(f"The database cannot be used: {_named(error)}.", node=self.node, hint=hint)


def _code(error: sqlite3.Error) -> int:
    # https://www.sqlite.org/rescode.html#extrc
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _sent(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _named(error: sqlite3.Error) -> str:
    """What SQLite calls it, such as SQLITE_CONSTRAINT_UNIQUE; messages may hold values."""
    return getattr(error, "sqlite_errorname", "") or re.sub(r"\W.*", "", type(error).__name__)
