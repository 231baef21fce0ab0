"""Queries to Postgres as steps of a workflow."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from pydantic import AfterValidator, Field, SecretStr

from app.outside.queries import DatabaseUnreachable, Query, QueryConflict, QueryFailed, QuerySettings
from app.runtime.context import ExecutionContext, missing_api_key
from app.runtime.settings import Settings
from app.runtime.urls import url_of


class PostgresSettings(QuerySettings):
    """What the operator can set for queries to Postgres."""

    database_url: Annotated[SecretStr, AfterValidator(url_of("postgresql", "postgres"))] | None = None
    """`postgresql://user:password@host/name`: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING"""
    max_database_connections: Annotated[int, Field(gt=0)] = 10
    """Further steps wait for one."""


class Postgres:
    """The connections of the process to its database.

    Raises:
        MissingApiKey: DATABASE_URL is not set.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = PostgresSettings.load()
        if self.settings.database_url is None:
            raise missing_api_key("DATABASE_URL")
        self._url = self.settings.database_url
        self._connect_timeout = settings.connect_timeout_seconds
        self._opening = asyncio.Lock()
        # The library has no types.
        self._pool: Any = None

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Any]:
        """A connection for one transaction.

        Raises:
            OSError, asyncpg.PostgresError, ValueError: there is none.
        """
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(  # pyright: ignore[reportUnknownMemberType]
                    self._url.get_secret_value(),
                    min_size=0,
                    max_size=self.settings.max_database_connections,
                    timeout=self._connect_timeout,
                    init=_prepare,
                )
        async with self._pool.acquire() as connection:
            yield connection

    async def aclose(self) -> None:
        """Closes all connections; queries in flight fail."""
        if self._pool is not None:
            self._pool.terminate()


async def _prepare(connection: Any) -> None:
    """Lets JSON be JSON values on both sides."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


_UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresQuery(Query):
    """As Query, in Postgres."""

    async def send(self, ctx: ExecutionContext, *parameters: Sequence[Any]) -> Any:
        """Runs the statements, each with its list of parameters, in one transaction; gives `{"rows": …, "count": …}`
        of the last one.

        Raises:
            QueryFailed, QueryConflict: a statement is refused; nothing of the transaction stays.
            DatabaseUnreachable, DatabaseTimeout, MissingApiKey: there is no connection, or no answer in time.
            TooManyRows, AnswerUnusable: the rows.
        """
        database = ctx.pools.shared(Postgres)
        try:
            async with self.asking(ctx, database.settings), database.connection() as connection:
                rows, count = await self._run_all(connection, parameters)
            return self.result(rows, count)
        except (*_UNREACHABLE, asyncpg.InterfaceError) as error:
            raise DatabaseUnreachable("The database cannot be reached.", node=self.node) from error
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            hint = "Check user and password in DATABASE_URL."
            raise QueryFailed("The database refused the account.", node=self.node, hint=hint) from error

    async def _run_all(self, connection: Any, parameters: Sequence[Sequence[Any]]) -> tuple[list[dict[str, Any]], int]:
        found: tuple[list[dict[str, Any]], int] = [], 0
        async with connection.transaction(readonly=self.read_only):
            for number, (statement, given) in enumerate(zip(self.statements, parameters, strict=True), 1):
                try:
                    found = await self._run(connection, statement, given)
                except _UNREACHABLE:
                    raise
                except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    raise self._refused(error, number) from error
                except (ValueError, RecursionError) as error:
                    raise self._unreadable(error, number) from error
        return found

    async def _run(self, connection: Any, statement: str, given: Sequence[Any]) -> tuple[list[dict[str, Any]], int]:
        prepared = await connection.prepare(statement)
        if not prepared.get_attributes():
            await prepared.fetch(*given)
            changed = re.search(r"(\d+)$", prepared.get_statusmsg())
            return [], int(changed[1]) if changed else 0
        rows: list[dict[str, Any]] = []
        async for record in prepared.cursor(*given, prefetch=min(self.max_rows + 1, 1000)):
            rows.append(dict(record))
            if len(rows) > self.max_rows:
                break
        return rows, len(rows)

    def _refused(self, error: Exception, number: int) -> QueryFailed | QueryConflict:
        state: str = getattr(error, "sqlstate", None) or ""
        hint = None
        if isinstance(error, asyncpg.DataError):
            hint = "Values are sent as what the statement takes them for; convert one there: `$1::text::date`."
        # Class 23: a constraint; 40: the transaction lost against another one.
        kind = QueryConflict if state.startswith(("23", "40")) else QueryFailed
        refused = kind(
            f"Statement {number} was refused: {type(error).__name__}.",
            node=self.node,
            hint=hint,
            sqlstate=state or None,
            statement=number,
            retryable=state.startswith("40"),
        )
        refused.upstream = {"message": str(error)}
        return refused
