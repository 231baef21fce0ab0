"""One model call over the shared pool: sending, retrying, reading, within the deadlines."""

import asyncio
import random

from app.nodes.llm.connection_failures import timed_out, unreachable
from app.nodes.llm.deadlines import Deadlines, PassedDeadline
from app.nodes.llm.failures import error_in_answer
from app.nodes.llm.inflate import Inflater
from app.nodes.llm.model_request import PATHS, ModelRequest
from app.nodes.llm.rate_limits import retry_after
from app.nodes.llm.timeouts import timeouts_of
from app.runtime.errors import ServiceError, StreamInterrupted, StreamMalformed
from app.runtime.http.connection import MalformedResponse
from app.runtime.http.pool import ConnectionPool
from app.runtime.http.response import Consume, Response
from app.runtime.settings import Settings

_RETRIED_STATUS = frozenset((408, 409, 429))
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 8.0
_LARGEST_ERROR_BYTES = 64 * 1024
_ERROR_BODY_SECONDS = 2.0


class UpstreamCall:
    """A call in flight. `open()` sends the request; `read()` gives the answer's bytes as they arrive."""

    __slots__ = (
        "_inflater",
        "_pool",
        "_request",
        "_response",
        "_settings",
        "accepted",
        "attempts",
        "deadlines",
        "request_id",
        "timeouts",
    )

    def __init__(self, pool: ConnectionPool, request: ModelRequest, settings: Settings) -> None:
        self._pool = pool
        self._request = request
        self._settings = settings
        self._response: Response | None = None
        self._inflater: Inflater | None = None
        self.accepted = False
        """Whether the provider has the request and has not refused it, so that tokens may have been used."""
        self.attempts = 0
        self.timeouts = timeouts_of(request.timeout, settings)
        self.deadlines = Deadlines(self.timeouts.total)
        self.request_id: str | None = None
        """The provider's id of the last attempt, for its support."""

    async def open(self) -> None:
        """Sends the request, again where that may help, until the answer's headers say 2xx.

        Raises:
            ServiceError: refused, unreachable or too late; the class says which.
        """
        retries = self._settings.max_retries if self._request.max_retries is None else self._request.max_retries
        while True:
            self.attempts += 1
            failure, wait = await self._attempt()
            if failure is None:
                return
            budget = min(self._settings.max_retry_wait_seconds, self.deadlines.remaining())
            if wait is None or self.attempts > retries or wait > budget:
                raise failure
            await asyncio.sleep(wait)

    async def read(self) -> bytes:
        """The next bytes of the answer; empty at its end.

        Raises:
            ServiceError: the connection broke (`stream_interrupted`) or stood still (`upstream_timeout`).
        """
        response = self._response
        if response is None:
            return b""
        while True:
            self.deadlines.wait_begins()
            try:
                received = await response.read()
            except (OSError, MalformedResponse) as error:
                raise _broken(error) from error
            finally:
                self.deadlines.wait_ends()
            if self._inflater is None:
                return received
            plain = self._inflater.feed(received)
            if plain or not received:
                return plain

    async def stream_to(self, consume: Consume) -> None:
        """Passes the answer's bytes on as they arrive, until its end; see `Response.stream_to()`.

        Raises:
            ServiceError: as `read()`, and what `consume` raises.
        """
        response = self._response
        if response is None:
            return
        inflater = self._inflater
        try:
            if inflater is None:
                await response.stream_to(consume, self.deadlines)
            else:
                await response.stream_to(lambda packed: consume(inflater.feed(packed)), self.deadlines)
                inflater.feed(b"")
        except (OSError, MalformedResponse) as error:
            raise _broken(error) from error

    def close(self) -> None:
        """Ends the call. An answer that was read to its end has left its connection to the next call already."""
        self.deadlines.close()
        if self._response is not None:
            self._response.close()

    async def _attempt(self) -> tuple[ServiceError | None, float | None]:
        """Sends the request once: what went wrong, if anything, and how long to wait if another attempt may help."""
        backoff = min(_FIRST_BACKOFF_SECONDS * 2 ** (self.attempts - 1), _LONGEST_BACKOFF_SECONDS)
        backoff *= random.uniform(0.75, 1.0)
        timeouts = self.timeouts
        self.deadlines.begin("first_byte", timeouts.first_byte if self._request.stream else timeouts.total)
        self.accepted = False
        try:
            async with asyncio.timeout_at(self.deadlines.end()):
                path = PATHS[self._request.api]
                response = await self._pool.post(
                    path, self._request.body, connect_timeout=timeouts.connect, on_sending=self._sending
                )
        except MalformedResponse as error:
            raise StreamMalformed("The upstream server does not answer in HTTP/1.1.") from error
        except OSError as error:
            if type(error) is TimeoutError:  # our deadline; that of connecting is a subclass
                raise timed_out(self.deadlines.passed()) from None
            self.accepted = False
            failure = unreachable(error)
            return failure, backoff if failure.retryable else None
        self.request_id = response.headers.get("x-request-id")
        if 200 <= response.status < 300:
            self._response = response
            self._inflater = _inflater(response)
            self.deadlines.on_late = self._fail_late
            # Open streams are many; neither is needed any more.
            self._request.body = b""
            response.headers = {}
            return None, None
        self.accepted = False
        try:
            body = await self._read_error(response)
        finally:
            response.close()
        failure = error_in_answer(response.status, response.headers, body, self._request)
        if not failure.retryable or (response.status < 500 and response.status not in _RETRIED_STATUS):
            return failure, None
        told = retry_after(response.headers)
        return failure, backoff if told is None else told

    def _sending(self) -> None:
        # Until it is refused, what has been sent may be paid for.
        self.accepted = True

    def _fail_late(self, passed: PassedDeadline) -> None:
        if self._response is not None:
            self._response.fail(timed_out(passed))

    async def _read_error(self, response: Response) -> bytes:
        """The body of an error, as far as it may hold an error object and comes without delay."""
        inflater = _inflater(response)
        body = b""
        try:
            async with asyncio.timeout(min(_ERROR_BODY_SECONDS, self.deadlines.remaining())):
                while len(body) < _LARGEST_ERROR_BYTES and (received := await response.read()):
                    body += received if inflater is None else inflater.feed(received)
        except (OSError, MalformedResponse, ServiceError):
            pass  # what has arrived may say enough
        return body


def _broken(error: Exception) -> StreamInterrupted:
    if isinstance(error, MalformedResponse):
        return StreamInterrupted("The answer's HTTP framing is broken.")
    return StreamInterrupted("The connection broke in the middle of the answer.")


def _inflater(response: Response) -> Inflater | None:
    match response.headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            return None
        case "gzip" | "x-gzip" | "deflate":
            return Inflater()
        case _:
            response.close()
            raise StreamMalformed("The answer is compressed in a way that was not asked for.")
