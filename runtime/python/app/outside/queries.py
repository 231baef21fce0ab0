"""What queries to databases have in common: statements, their parameters, rows as JSON, errors."""

import asyncio
import base64
import datetime
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, cast

from app.outside.errors import AnswerUnusable
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.json_schema import schema_problems
from app.runtime.settings import BaseSettings, Seconds
from app.runtime.timing import timed_step


class QueryFailed(ServiceError, code="query_failed", title="Query failed", status=502):
    """The database refused a statement; `sqlstate` says why: https://www.postgresql.org/docs/current/errcodes-appendix.html."""

    hint = "Check the statement and its parameters against the tables; `statement` says which one, counted from 1."


class QueryConflict(ServiceError, code="query_conflict", title="Conflict in the database", status=409):
    """A row is there already, is still needed, or was changed by another transaction meanwhile."""

    hint = "Look at what is there, or try again if another run changed it."


class TooManyRows(ServiceError, code="too_many_rows", title="Too many rows"):
    """A query gives more rows than the step takes."""

    hint = "Add LIMIT to the query, or raise the node's `maxRows`."


class DatabaseUnreachable(ServiceError, code="database_unreachable", title="Database unreachable", status=503):
    """The database cannot be reached, or broke the connection."""

    hint = "Check that the database is up, and that its address and account are right."
    retryable = True


class DatabaseTimeout(ServiceError, code="database_timeout", title="Database too slow", status=504):
    """A query took too long, or no connection was free in time."""

    hint = "Make the query cheaper, or raise QUERY_TIMEOUT_SECONDS."
    retryable = True


class QuerySettings(BaseSettings):
    """What the operator can set for queries, whichever database they ask."""

    query_timeout_seconds: Seconds = 30.0
    """For the statements of one step, a wait for a connection, or for others that write, included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Statements that run in one transaction; `node` is the step that sends them.

    Values reach them as parameters, `$1`, `$2` …, and in no other way. `row_schema` is the JSON Schema that each row of
    the last statement fits.
    """

    node: str
    statements: Sequence[str]
    read_only: bool = True
    max_rows: int = 1000
    row_schema: Mapping[str, Any] | None = None

    @asynccontextmanager
    async def asking(self, ctx: ExecutionContext, settings: QuerySettings) -> AsyncGenerator[None]:
        """Limits and notes the time of the step's work.

        Raises:
            DatabaseTimeout: it took too long.
        """
        seconds = settings.query_timeout_seconds
        with timed_step(ctx, self.node):
            try:
                async with asyncio.timeout(seconds):
                    yield
            except TimeoutError:
                raise DatabaseTimeout(f"The database took longer than {seconds:g} seconds.", node=self.node) from None

    def _unreadable(self, error: Exception, number: int) -> QueryFailed:
        """The error for what Python has no value for: years before our era, numbers of thousands of digits."""
        hint = "Let the statement give or take it as a text: `column::text`, `$1::text::date`."
        detail = f"A value that statement {number} takes or gives cannot be read or written."
        failed = QueryFailed(detail, node=self.node, hint=hint, statement=number)
        failed.upstream = {"message": str(error)}
        return failed

    def result(self, rows: list[dict[str, Any]], count: int) -> dict[str, Any]:
        """What the step gives: `{"rows": [{…}], "count": …}`; `count` rows were found or changed.

        Raises:
            TooManyRows: there are more than `max_rows`.
            AnswerUnusable: a row does not fit `row_schema`.
        """
        if len(rows) > self.max_rows:
            raise TooManyRows(f"The query gives more than {self.max_rows:,} rows.", node=self.node)
        found = [{name: as_json(value) for name, value in row.items()} for row in rows]
        if self.row_schema is not None:
            problems = schema_problems(found, {"type": "array", "items": self.row_schema})
            if problems:
                raise AnswerUnusable("A row is not what `rowSchema` says.", node=self.node, errors=problems)
        return {"rows": found, "count": count}


_MOST_DIGITS = 308
"""As many as a float has before its point; a number of more is infinite."""


def as_json(value: Any) -> Any:
    """A value of a database as JSON: times as ISO 8601, numbers of any precision as numbers, bytes in Base64."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            is_whole = value.is_finite() and value == value.to_integral_value()
            return int(value) if is_whole and value.adjusted() <= _MOST_DIGITS else float(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return value.total_seconds()
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(cast("bytes", value))).decode()
        case uuid.UUID() | IPv4Address() | IPv6Address() | IPv4Network() | IPv6Network():
            return str(value)
        case dict():
            return {str(key): as_json(item) for key, item in cast("dict[Any, Any]", value).items()}
        case list() | tuple() | set():
            return [as_json(item) for item in cast("list[Any]", value)]
        case _:
            return str(value)
