"""The processes that share a Postgres: which of them are alive, and who takes up the runs of those that are not.

Each has a row that it renews, and is taken for dead when that has not happened for so long; the time is Postgres'. Runs
of a process without a row go back to the queue of DBOS, from where those that are alive take them. That a run has one
owner is DBOS's affair: what it was taken away from can write nothing more of it, however late it comes back.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from socket import gethostname
from typing import Any, LiteralString

import psycopg
from sqlalchemy import make_url

from app.runtime.log import log_event

_RENEWALS = 5
"""So many times is a row renewed in the time after which its process is taken for dead."""
_SHORTEST_TIMEOUT_SECONDS = 2.0
_SAY_SECONDS = 60.0
_BETWEEN_PORTIONS_SECONDS = 0.25

_TABLE = """
CREATE TABLE IF NOT EXISTS dbos.catalyst_executors (
    executor text PRIMARY KEY,
    service text NOT NULL,
    version text NOT NULL,
    until timestamptz NOT NULL
)
"""
_JOIN = """
INSERT INTO dbos.catalyst_executors (executor, service, version, until)
VALUES (%(executor)s, %(service)s, %(version)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (executor) DO UPDATE SET until = excluded.until
"""
_RENEW = """
UPDATE dbos.catalyst_executors AS e SET until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM (SELECT until FROM dbos.catalyst_executors WHERE executor = %(executor)s) AS before
WHERE e.executor = %(executor)s
RETURNING before.until < clock_timestamp()
"""
_LEAVE = "DELETE FROM dbos.catalyst_executors WHERE executor = %(executor)s"
_BURY = """
DELETE FROM dbos.catalyst_executors WHERE until < clock_timestamp() AND service = %(service)s
RETURNING executor
"""
_VERSIONS = (
    "SELECT DISTINCT version FROM dbos.catalyst_executors WHERE service = %(service)s AND until > clock_timestamp()"
)
_PEERS = """
SELECT count(*) FROM dbos.catalyst_executors
WHERE service = %(service)s AND version = %(version)s AND executor <> %(executor)s AND until > clock_timestamp()
"""
_LEFT_ALONE = """
SELECT application_version, count(*) FROM dbos.workflow_status
WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED') AND application_name = %(service)s
    AND NOT application_version = ANY(%(versions)s)
GROUP BY application_version
"""
_HAND_OVER = """
UPDATE dbos.workflow_status SET
    status = 'ENQUEUED',
    owner_xid = NULL,
    started_at_epoch_ms = NULL,
    recovery_attempts = greatest(recovery_attempts - %(forgiven)s, 0),
    updated_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    queue_name = coalesce(queue_name, '_dbos_internal_queue')
WHERE workflow_uuid IN ({runs})
RETURNING workflow_uuid
"""
"""As `SystemDatabase.reenqueue_for_recovery` of DBOS, for many."""
_OF_THIS = "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = %(executor)s"
_LEFT_BEHIND = """
FROM dbos.workflow_status AS run WHERE status = 'PENDING'
AND application_version = %(version)s AND application_name = %(service)s
AND NOT EXISTS (SELECT FROM dbos.catalyst_executors AS e WHERE e.executor = run.executor_id)
"""
_SOME_LEFT_BEHIND = f"""
SELECT workflow_uuid {_LEFT_BEHIND} ORDER BY created_at
LIMIT (SELECT least(ceil(count(*) / 20.0), 20) {_LEFT_BEHIND}) FOR UPDATE SKIP LOCKED
"""
"""In small portions: whoever looks into the queue next takes all that are in it."""


def postgres_timeouts(seconds: float) -> dict[str, Any]:
    """Arguments for connections that end when nothing comes from the other side for so long, on either side: Postgres
    would keep those of a machine that was cut off for two hours, and has but a hundred of them.
    """
    most = max(int(seconds), 2)
    kept_alive = {"idle": most, "interval": max(most // 3, 1), "count": 3}
    return {
        "options": " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in kept_alive.items()),
        "application_name": "catalyst",
        "connect_timeout": most,
        **{f"keepalives_{name}": value for name, value in kept_alive.items()},
        "tcp_user_timeout": most * 1000,
    }


@dataclass(frozen=True, slots=True)
class Member:
    """What the others know of a process: its name, its service, and the version of its workflows."""

    service: str
    version: str
    executor: str


def libpq_url(url: str) -> str:
    """The address of a database as libpq takes it: without the driver that SQLAlchemy may be told."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def executor_name() -> str:
    """A name that no other process has."""
    return f"{gethostname()}-{token_hex(4)}"


class Fleet:
    """This process among those that share the Postgres of `url`. One is taken for dead after `seconds`.

    `drop` ends what goes on here; it is called when this process was taken for dead.
    """

    def __init__(self, url: str, member: Member, seconds: float, drop: Callable[[], int]) -> None:
        self.versions = {member.version}
        """Those that are run by a process that is alive."""
        self._url = libpq_url(url)
        self._member = member
        self._told = {
            "executor": member.executor,
            "service": member.service,
            "version": member.version,
            "seconds": seconds,
        }
        self._seconds = seconds
        self._interval = seconds / _RENEWALS
        self._drop = drop
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._renewed = 0.0
        self._steady_since: float | None = None
        self._said_at = 0.0
        self._said: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def join(self) -> None:
        """Lets the others know that this process is here, and begins to look after them."""
        # Of several that make it at the same time, one does.
        with suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):
            await self._ask(_TABLE)
        await self._ask(_JOIN)
        self._came_through()
        await self._look_around()
        self._task = asyncio.create_task(self._watch())

    async def leave(self) -> int:
        """Hands over what is still this process's, at once; how many runs there were."""
        await self.pause()
        left = 0
        try:
            async with asyncio.timeout(max(self._interval, _SHORTEST_TIMEOUT_SECONDS)):
                # A run that is handed over on purpose has not cost its process the life.
                left = len(await self._ask(_HAND_OVER.format(runs=_OF_THIS), forgiven=1))
                await self._ask(_LEAVE)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log_event("lease_left", level=logging.WARNING, reason=type(error).__name__)
        await self._disconnect()
        return left

    async def is_last_of_its_version(self) -> bool:
        """Whether no other process would go on with what this one leaves."""
        try:
            [[others]] = await self._ask(_PEERS)
        except (psycopg.Error, OSError):
            return True
        return others == 0

    async def pause(self) -> None:
        """Looks after the others no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _watch(self) -> None:
        while True:
            wait = self._interval
            try:
                async with asyncio.timeout(max(self._interval, _SHORTEST_TIMEOUT_SECONDS)):
                    if await self._tick():
                        wait = _BETWEEN_PORTIONS_SECONDS
            except (psycopg.Error, OSError, TimeoutError) as error:
                if self._steady_since is not None:
                    log_event("lease_not_renewed", level=logging.WARNING, reason=type(error).__name__)
                self._steady_since = None
                await self._disconnect()
            await asyncio.sleep(wait * random.uniform(0.9, 1.1))  # not all at the same time

    async def _tick(self) -> bool:
        """Renews the row and looks around; whether there is more to take up."""
        [*renewed] = await self._ask(_RENEW)
        if not renewed:
            await self._come_back()
            return False
        if renewed[0][0]:
            self._steady_since = None
        self._came_through()
        await self._look_around()
        # Who has been away himself would take others for dead that are on their way back too.
        if self._steady_since is None or time.monotonic() - self._steady_since < self._seconds / 2:
            return False
        for [executor] in await self._ask(_BURY):
            log_event("executor_died", level=logging.WARNING, executor=executor)
        left_behind = await self._ask(_HAND_OVER.format(runs=_SOME_LEFT_BEHIND), forgiven=0)
        if left_behind:
            log_event("runs_handed_on", runs=len(left_behind))
        return bool(left_behind)

    async def _come_back(self) -> None:
        """Others took this process for dead, and its runs with it: what it still does is in vain."""
        dropped = self._drop()
        log_event("lease_lost", level=logging.WARNING, dropped_runs=dropped)
        await self._ask(_JOIN)
        await self._ask(_HAND_OVER.format(runs=_OF_THIS), forgiven=0)
        self._steady_since = None
        self._came_through()

    async def _look_around(self) -> None:
        """Knows which versions run, and says from time to time which runs have no process of theirs."""
        versions = {self._member.version, *(version for [version] in await self._ask(_VERSIONS))}
        is_changed, self.versions = versions != self.versions, versions
        if not is_changed and self._said_at and time.monotonic() - self._said_at < _SAY_SECONDS:
            return
        self._said_at = time.monotonic()
        left = dict(await self._ask(_LEFT_ALONE, versions=list(self.versions)))
        if left != self._said:
            for version, count in left.items():
                say_left_alone(version, count)
        self._said = left

    def _came_through(self) -> None:
        now = time.monotonic()
        if self._steady_since is None or now - self._renewed > self._seconds / 2:
            self._steady_since = now
        self._renewed = now

    async def _ask(self, statement: LiteralString, **more: Any) -> list[Any]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, prepare_threshold=None, **postgres_timeouts(self._seconds)
            )
        cursor = await self._connection.execute(statement, {**self._told, **more})
        return [] if cursor.description is None else await cursor.fetchall()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error, OSError):
                await connection.close()


def say_left_alone(version: str, count: int) -> None:
    """Says that runs wait for a version that no process has."""
    log_event(
        "runs_of_another_version",
        level=logging.WARNING,
        version=version,
        open_runs=count,
        detail="They go on when a service of that version starts, or with DURABLE_VERSION set to it. One that is "
        "cancelled and tried again goes on with the version that it is then asked of.",
    )
