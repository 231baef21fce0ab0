"""How much stands in the queues, for `/metrics`."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from fastapi import APIRouter, FastAPI
from prometheus_client import Gauge

from app.durable.fleet import libpq_url
from app.durable.queues import Queue
from app.durable.settings import DurableSettings
from app.runtime.log import log_event

if TYPE_CHECKING:
    from app.durable.engine import Engine

_LOOK_SECONDS = 10.0
_STATES = {"ENQUEUED": "waiting", "DELAYED": "delayed", "PENDING": "running"}

ENTRIES = Gauge(
    "queue_entries",
    "Entries of a queue that have not ended.",
    ["queue", "state"],
    multiprocess_mode="livemostrecent",
)
OLDEST = Gauge(
    "queue_oldest_entry_seconds",
    "How long the entry waits that has waited longest.",
    ["queue"],
    multiprocess_mode="livemostrecent",
)

_OPEN = """
SELECT queue_name, status, count(*), min(created_at) FROM {table}
WHERE status IN ('ENQUEUED', 'DELAYED', 'PENDING') AND queue_name IS NOT NULL GROUP BY queue_name, status
"""

Row = tuple[str, str, int, int]
"""A queue, a status of DBOS, how many entries have it, and when the first of them came, in milliseconds since 1970."""


def queue_metrics(*queues: Queue) -> APIRouter:
    """No route: what counts the entries of these queues while the service is up."""
    names = [queue.name for queue in queues]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        engine: Engine = app.state.durable
        counting = asyncio.create_task(_keep_counting(names, engine.settings))
        try:
            yield
        finally:
            counting.cancel()

    return APIRouter(lifespan=lifespan)


async def _keep_counting(names: Sequence[str], settings: DurableSettings) -> None:
    while True:
        try:
            show(names, await asyncio.to_thread(open_entries, settings), time.time())
        # Whatever keeps the database from answering: what it last said stays, and the runs say that they wait.
        except Exception as error:
            log_event("queues_not_counted", reason=type(error).__name__)
        await asyncio.sleep(_LOOK_SECONDS)


def show(names: Sequence[str], rows: Sequence[Row], now: float) -> None:
    """Sets the gauges to what was found at a time in seconds since 1970; a queue without a row is empty."""
    found = {(queue, status): (count, first) for queue, status, count, first in rows}
    for name in names:
        for status, state in _STATES.items():
            ENTRIES.labels(name, state).set(found.get((name, status), (0, 0))[0])
        first = found.get((name, "ENQUEUED"), (0, now * 1000))[1]
        OLDEST.labels(name).set(max(0.0, now - first / 1000))


def open_entries(settings: DurableSettings) -> list[Row]:
    """What stands in the database, by a connection of its own, so that counting never keeps a run waiting."""
    if settings.durable_database_url is None:
        address = f"{Path(settings.durable_path).resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            return database.execute(_OPEN.format(table="workflow_status")).fetchall()
    url = libpq_url(settings.durable_database_url.get_secret_value())
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as database:
        return database.execute(_OPEN.format(table="dbos.workflow_status").encode()).fetchall()
