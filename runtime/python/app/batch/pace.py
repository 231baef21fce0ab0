"""How many rows go on at once: fewer when a provider says that it is too much, more again while it does not.

A provider that answers 429, 529, or 503 with `Retry-After` has refused the request, so it is sent again later, and all
others wait as long. A row fails of it only when its request has been refused for `PATIENCE_SECONDS`.
"""

import asyncio
from collections.abc import Callable

from app.batch.pools import PoolsAround
from app.batch.told import ToldResponse
from app.llm.errors import UpstreamTimeout
from app.llm.failures import retry_after
from app.runtime.context import Pools
from app.runtime.http.connection import MalformedResponse, Response
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import Settings

PATIENCE_SECONDS = 900.0
_SHORTEST_WAIT = 1.0
_SHORTEST_TOLD = 0.05
_LONGEST_WAIT = 120.0
_LARGEST_REFUSAL = 64 * 1024
_FINAL = (b"insufficient_quota", b"exceeded_current_quota", b"billing_", b"spend_limit", b"Request too large")
"""What stands in a 429 that no waiting helps against: there is no money, or the request alone is above the limit."""


class Pace:
    """Lets at most `most` rows go on at once, by what providers say: additive increase, multiplicative decrease."""

    def __init__(self, most: int) -> None:
        self.running = 0
        self.slowed = 0
        """How often a provider has said that it is too much."""
        self._most = most
        self._limit = float(most)
        self._loop = asyncio.get_running_loop()
        self._resumes = 0.0
        self._backoff = _SHORTEST_WAIT
        self._freed = asyncio.Event()

    @property
    def limit(self) -> int:
        """How many rows may go on now."""
        return max(1, int(self._limit))

    async def begin(self) -> None:
        """Waits until another row may begin, and counts it."""
        while self.running >= self.limit:
            self._freed.clear()
            await self._freed.wait()
        self.running += 1

    def end(self) -> None:
        """A row has ended."""
        self.running -= 1
        self._freed.set()

    async def turn(self) -> None:
        """Waits while a provider wants nothing more."""
        while (wait := self._resumes - self._loop.time()) > 0:  # noqa: ASYNC110 (it may be put off meanwhile)
            await asyncio.sleep(wait)

    def answered(self) -> None:
        """A provider has taken a request."""
        self._backoff = _SHORTEST_WAIT
        if self._limit < self._most:
            self._limit = min(self._most, self._limit + 1 / self._limit)
            self._freed.set()

    def refused(self, told: float | None) -> None:
        """A provider has refused a request for now, and may have told for how many seconds."""
        now = self._loop.time()
        if now < self._resumes:
            return  # What others hear that were under way at the same time is the same.
        self.slowed += 1
        self._limit = max(1.0, min(self._limit, self.running) / 2)
        wait = self._backoff if told is None else max(told, _SHORTEST_TOLD)
        self._backoff = min(self._backoff * 2, _LONGEST_WAIT)
        self._resumes = now + min(wait, PATIENCE_SECONDS)


class PatientPool(ConnectionPool):
    """Connections over which a request that is refused for now is sent again."""

    def __init__(self, pool: ConnectionPool, pace: Pace, answer_seconds: float) -> None:
        self.address = pool.address
        self._pool = pool
        self._pace = pace
        self._answer_seconds = answer_seconds
        self._loop = asyncio.get_running_loop()

    async def post(
        self, path: str, body: bytes, *, connect_timeout: float, on_sending: Callable[[], None], headers: bytes = b""
    ) -> Response:
        """As in ConnectionPool."""
        patient_until = self._loop.time() + PATIENCE_SECONDS
        while True:
            await self._pace.turn()
            response = await self._answered(path, body, connect_timeout, on_sending, headers)
            told = retry_after(response.headers)
            if response.status not in (429, 529) and (response.status != 503 or told is None):
                self._pace.answered()
                return response
            refusal = await _whole(response)
            if any(word in refusal for word in _FINAL):
                return ToldResponse(response.status, response.headers, refusal)
            self._pace.refused(told)
            if self._loop.time() > patient_until:
                return ToldResponse(response.status, response.headers, refusal)

    async def aclose(self) -> None:
        """As in ConnectionPool."""
        await self._pool.aclose()

    async def _answered(
        self, path: str, body: bytes, connect_timeout: float, on_sending: Callable[[], None], headers: bytes
    ) -> Response:
        """The answer to one attempt, whose time begins when it is sent."""
        limit = asyncio.timeout(self._answer_seconds)
        try:
            async with limit:
                return await self._pool.post(
                    path, body, connect_timeout=connect_timeout, on_sending=on_sending, headers=headers
                )
        except TimeoutError as error:
            if not limit.expired():
                raise
            detail = f"The model call took longer than {self._answer_seconds:g} s."
            hint = "Try again; TOTAL_TIMEOUT_SECONDS sets the limit if the model needs longer."
            raise UpstreamTimeout(detail, phase="total", hint=hint) from error


def patient_pools(pools: Pools, pace: Pace, settings: Settings) -> Pools:
    """The connections of a batch, which wait as their providers say."""
    return PoolsAround(pools, lambda pool, _: PatientPool(pool, pace, settings.total_timeout_seconds))


async def _whole(response: Response) -> bytes:
    """The body of a refusal, as far as it comes."""
    body = b""
    try:
        async with asyncio.timeout(5):
            while len(body) < _LARGEST_REFUSAL and (received := await response.read()):
                body += received
    except (OSError, MalformedResponse):
        pass  # what has arrived may say enough
    finally:
        response.close()
    return body
