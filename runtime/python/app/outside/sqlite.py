"""Queries to SQLite as steps of a workflow: a database in a file beside the service."""

import asyncio
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

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
# How often, in steps of SQLite's machine, a statement is asked whether it is still wanted.
_STEPS = 10_000
# How long a step that waits for another writer does not notice that it is no longer wanted.
_DEAF_MS = 200

_Result = TypeVar("_Result")
_Rows = tuple[list[dict[str, Any]], int]


def _place_for_a_file(value: str) -> str:
    path = Path(value)
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError("It has to name a file, in a folder that is there")
    return value


class SqliteSettings(QuerySettings):
    """What the operator can set for queries to SQLite."""

    sqlite_path: Annotated[str, AfterValidator(_place_for_a_file)] = "data.sqlite"
    """The file of the database; made when it is not there."""


class Sqlite:
    """The connections of the process to its database: each is used by one step at a time, in a thread."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.settings = SqliteSettings.load()
        self._threads = ThreadPoolExecutor(_MOST_CONNECTIONS, "sqlite")
        self._idle: list[sqlite3.Connection] = []
        self._closing = threading.Event()

    async def transaction(self, work: "Callable[[Transaction], _Result]") -> _Result:
        """What `work` gives, which is called in a thread with a transaction of its own. Where the run is cancelled the
        thread breaks off and nothing of the transaction stays.

        Raises:
            sqlite3.Error: a statement is refused, or there is no such database.
        """
        unwanted = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work, unwanted)
        except asyncio.CancelledError:
            unwanted.set()
            raise

    def _run(self, work: "Callable[[Transaction], _Result]", unwanted: threading.Event) -> _Result:
        connection = self._taken()
        try:
            transaction = Transaction(connection, lambda: unwanted.is_set() or self._closing.is_set(), self._wait_ms)
            result = work(transaction)
        except BaseException:
            # What it had begun is rolled back.
            connection.close()
            raise
        self._idle.append(connection)
        return result

    @property
    def _wait_ms(self) -> int:
        return round(self.settings.query_timeout_seconds * 1000)

    def _taken(self) -> sqlite3.Connection:
        with suppress(IndexError):
            return self._idle.pop()
        connection = sqlite3.connect(
            self.settings.sqlite_path,
            timeout=self.settings.query_timeout_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.row_factory = sqlite3.Row
            # Readers and a writer do not wait for each other: https://www.sqlite.org/wal.html
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    async def aclose(self) -> None:
        """Closes the connections; queries in flight fail."""
        self._closing.set()
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        while self._idle:
            self._idle.pop().close()


class Transaction:
    """A transaction on a connection, which breaks off where it is `unwanted`."""

    def __init__(self, connection: sqlite3.Connection, unwanted: Callable[[], bool], wait_ms: int) -> None:
        self._connection = connection
        self._unwanted = unwanted
        self._wait_ms = wait_ms
        connection.set_progress_handler(unwanted, _STEPS)

    def begin(self, *, read_only: bool) -> None:
        """Begins it; one that writes waits for others that do."""
        self._connection.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        if read_only:
            self._connection.execute("BEGIN")
            return
        self._connection.execute(f"PRAGMA busy_timeout = {min(_DEAF_MS, self._wait_ms)}")
        while not self._begun():
            pass
        self._connection.execute(f"PRAGMA busy_timeout = {self._wait_ms}")

    def _begun(self) -> bool:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if _code(error) not in _BUSY or self._unwanted():
                raise
            return False
        return True

    def run(self, statement: str, given: Sequence[Any], max_rows: int) -> _Rows:
        """The rows of a statement, one more than `max_rows` at most, and how many were found or changed."""
        # `$1` is the parameter named 1.
        named = {str(number): _sent(value) for number, value in enumerate(given, 1)}
        cursor = self._connection.execute(statement, named)
        try:
            rows = [dict(row) for row in cursor.fetchmany(max_rows + 1)]
            return rows, len(rows) if rows else max(cursor.rowcount, 0)
        finally:
            cursor.close()

    def commit(self) -> None:
        """Ends it, so that it stays."""
        if self._unwanted():
            raise sqlite3.OperationalError("interrupted")
        self._connection.execute("COMMIT")


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
        database = ctx.pools.shared(Sqlite)
        try:
            async with self.asking(ctx, database.settings):
                rows, count = await database.transaction(partial(self._run_all, parameters=parameters))
            return self.result(rows, count)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _run_all(self, transaction: Transaction, parameters: Sequence[Sequence[Any]]) -> _Rows:
        transaction.begin(read_only=self.read_only)
        found: _Rows = [], 0
        for number, (statement, given) in enumerate(zip(self.statements, parameters, strict=True), 1):
            try:
                found = transaction.run(statement, given, self.max_rows)
            # SQLite has no integers of more than 64 bits and no halves of characters, JSON no depth without end.
            except (sqlite3.Error, OverflowError, UnicodeError, RecursionError) as error:
                raise self._refused(error, number) from error
        transaction.commit()
        return found

    def _refused(self, error: Exception, number: int) -> ServiceError:
        if isinstance(error, sqlite3.Error) and _code(error) in _BUSY:
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


def _named(error: Exception) -> str:
    """What SQLite calls it, such as SQLITE_CONSTRAINT_UNIQUE; messages may hold values."""
    return getattr(error, "sqlite_errorname", "") or re.sub(r"\W.*", "", type(error).__name__)
