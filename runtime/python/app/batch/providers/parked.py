"""The border between a row and its provider: a call whose answer is there gets it, another one waits for a batch.

A row runs until all that it waits for is parked. Then it is ended, and run again from its beginning when the answers
are there: what it asks then has to hang on its input and on these answers alone.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import msgspec

from app.batch.pools import PoolsAround
from app.batch.providers.calls import CallStore
from app.batch.providers.errors import BatchUnanswered
from app.batch.told import ToldResponse
from app.runtime.context import Pools
from app.runtime.http.connection import Response
from app.runtime.http.pool import ConnectionPool

_ANSWER_HEADERS = {"content-type": "application/json", "x-should-retry": "false"}


class _Asked(msgspec.Struct):
    """What is looked at in a request."""

    model: str = ""
    input: Any = None


_read_asked = msgspec.json.Decoder(_Asked).decode


class RowCalls:
    """The model calls of one run of a row."""

    def __init__(self, store: CallStore, row: int) -> None:
        self.parked = 0
        """How many calls wait for a batch."""
        self.changed = asyncio.Event()
        """Set when another one does."""
        self.consumed: set[str] = set()
        self._store = store
        self._row = row
        self._asked: Counter[str] = Counter()

    async def answer(
        self, provider: str, path: str, headers: bytes, body: bytes, sending: Callable[[], None]
    ) -> Response:
        """The answer to a call. Without one this never returns.

        Raises:
            BatchUnanswered: the provider has ended the batch without one.
        """
        digest = hashlib.sha256(b"\0".join((provider.encode(), path.encode(), headers, body))).hexdigest()[:32]
        self._asked[digest] += 1
        key = f"{self._row}-{digest}-{self._asked[digest]}"
        found = self._store.answer_of(key)
        if found is None:
            asked = _read_asked(body)
            texts: Any = asked.input
            inputs = len(cast("list[Any]", texts)) if isinstance(texts, list) else 1
            group = self._store.group(provider, path, asked.model, headers)
            self._store.park(key, self._row, group, body, inputs)
            self.parked += 1
            self.changed.set()
            await asyncio.get_running_loop().create_future()
        assert found is not None  # noqa: S101 (nothing ends that future but a cancellation)
        self.consumed.add(key)
        if found.status is None:
            detail = f"The provider's batch has ended without an answer to this call: it {found.reason}."
            raise BatchUnanswered(detail, reason=found.reason)
        sending()
        return ToldResponse(found.status, _ANSWER_HEADERS, found.body)

    def leaves_answers(self) -> bool:
        """Whether the row has answers that this run did not ask for."""
        return bool(self._store.answered(self._row) - self.consumed)


def row_pools(pools: Pools, calls: RowCalls) -> Pools:
    """The connections of one run of a row, of which those to models are none."""
    return PoolsAround(pools, lambda pool, provider: _ParkingPool(pool, provider, calls))


class _ParkingPool(ConnectionPool):
    def __init__(self, pool: ConnectionPool, provider: str, calls: RowCalls) -> None:
        self.address = pool.address
        self._provider = provider
        self._calls = calls

    async def post(
        self, path: str, body: bytes, *, connect_timeout: float, on_sending: Callable[[], None], headers: bytes = b""
    ) -> Response:
        return await self._calls.answer(self._provider, path, headers, body, on_sending)

    async def aclose(self) -> None:
        """There is nothing to be closed."""
