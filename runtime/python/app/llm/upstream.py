"""One model call over the pool of connections: sending, retrying, reading, within its deadlines."""

import asyncio
import random
import socket
import ssl
import zlib
from collections.abc import Callable
from typing import Literal

from app.llm.errors import StreamInterrupted, StreamMalformed, UpstreamTimeout, UpstreamUnreachable
from app.llm.failures import error_in_answer, retry_after
from app.llm.models import ModelFacts
from app.llm.request import ModelRequest, timeouts_of
from app.runtime.errors import ServiceError
from app.runtime.http.connection import Consume, MalformedResponse, Response
from app.runtime.http.dial import ProxyError
from app.runtime.http.pool import ConnectionPool, ConnectTimeout
from app.runtime.settings import Settings

_RETRIED_STATUS = frozenset((408, 409, 429))
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 8.0
_LARGEST_ERROR_BYTES = 64 * 1024
_ERROR_BODY_SECONDS = 2.0

Phase = Literal["first_byte", "idle", "tail", "total"]
_WORDS: dict[Phase, tuple[str, str]] = {
    "first_byte": ("The model sent nothing within {}.", "FIRST_BYTE_TIMEOUT_SECONDS"),
    "idle": ("The stream stood still for {}.", "IDLE_TIMEOUT_SECONDS"),
    "tail": ("The stream stood still for {}.", "IDLE_TIMEOUT_SECONDS"),
    "total": ("The model call took longer than {}.", "TOTAL_TIMEOUT_SECONDS"),
}


class Deadlines:
    """Knows until when a call may wait, and calls `on_late` with the error when a wait takes longer.

    The first content, silence between contents, the rest after the end, and the whole. Only waits count, apart from the
    whole, so that a slow reader of ours is not taken for a silent upstream. There is one timer per call: a new deadline
    usually only moves a number, and the timer is armed again when it goes off too early. That makes a token cost a
    clock reading, where `asyncio.timeout()` would cost a timer.
    """

    __slots__ = ("_began", "_loop", "_seconds", "_timer", "_total", "_total_end", "_waiting", "on_late", "phase")

    def __init__(self, total: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._total = total
        self._total_end = self._loop.time() + total
        self.phase: Phase = "total"
        """What is being waited for."""
        self._seconds = total
        self._began: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = False
        self.on_late: Callable[[UpstreamTimeout], object] | None = None

    def remaining(self) -> float:
        """Seconds until the total deadline; negative when it has passed."""
        return self._total_end - self._loop.time()

    def begin(self, phase: Phase, seconds: float) -> None:
        """Starts a phase that may last for `seconds`, from now in a wait, else from the next wait on."""
        self.phase = phase
        self._seconds = seconds
        self._began = None
        self.close()
        if self._waiting:
            self.wait_begins()

    def restart(self) -> None:
        """Content arrived: the phase's time starts anew, now in a wait, else with the next one."""
        self._began = self._loop.time() if self._waiting else None

    def end(self) -> float:
        """When the phase or the call ends, by the loop's clock; starts the phase's time if nothing has."""
        if self._began is None:
            self._began = self._loop.time()
        return min(self._began + self._seconds, self._total_end)

    def wait_begins(self) -> None:
        """From here on the time counts, until `wait_ends()`."""
        self._waiting = True
        if self._timer is None or self._timer.when() == self._total_end:
            self._arm(self.end())

    def wait_ends(self) -> None:
        """The wait is over, in time or not."""
        self._waiting = False

    def late(self) -> UpstreamTimeout:
        """The error for the current deadline, which has passed."""
        phase, seconds = (self.phase, self._seconds) if self.end() < self._total_end else ("total", self._total)
        detail, setting = _WORDS[phase]
        hint = f"Try again; {setting} sets the limit if the model needs longer."
        return UpstreamTimeout(detail.format(f"{seconds:g} s"), phase=phase, hint=hint)

    def close(self) -> None:
        """Gives the timer back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, when: float) -> None:
        self.close()
        self._timer = self._loop.call_at(when, self._check)

    def _check(self) -> None:
        self._timer = None
        end = self.end() if self._waiting else self._total_end
        if self._loop.time() < end:
            self._arm(end)
        elif self.on_late is not None:
            self.on_late(self.late())


class UpstreamCall:
    """A call in flight. `open()` sends the request; `read()` gives the answer's bytes as they arrive."""

    __slots__ = (
        "_facts",
        "_inflater",
        "_path",
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

    def __init__(
        self, pool: ConnectionPool, path: str, request: ModelRequest, settings: Settings, facts: ModelFacts | None
    ) -> None:
        self._pool = pool
        self._path = path
        self._request = request
        self._settings = settings
        self._facts = facts
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
        response, inflater = self._response, self._inflater
        if response is None:
            return
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
        request, timeouts = self._request, self.timeouts
        self.deadlines.begin("first_byte", timeouts.first_byte if request.stream else timeouts.total)
        self.accepted = False
        try:
            async with asyncio.timeout_at(self.deadlines.end()):
                response = await self._pool.post(
                    self._path, request.body, connect_timeout=timeouts.connect, on_sending=self._sending
                )
        except MalformedResponse as error:
            raise StreamMalformed("The upstream server does not answer in HTTP/1.1.") from error
        except OSError as error:
            if type(error) is TimeoutError:  # our deadline; that of connecting is a subclass
                raise self.deadlines.late() from None
            self.accepted = False
            failure = unreachable(error)
            return failure, backoff if failure.retryable else None
        self.request_id = response.headers.get("x-request-id")
        if 200 <= response.status < 300:
            self._response = response
            self._inflater = _inflater(response)
            self.deadlines.on_late = response.fail
            # Open streams are many; neither is needed any more.
            request.body = b""
            response.headers = {}
            return None, None
        self.accepted = False
        try:
            body = await self._read_error(response)
        finally:
            response.close()
        failure = error_in_answer(response.status, response.headers, body, request, self._facts)
        if not failure.retryable or (response.status < 500 and response.status not in _RETRIED_STATUS):
            return failure, None
        told = retry_after(response.headers)
        return failure, backoff if told is None else told

    def _sending(self) -> None:
        # Until it is refused, what has been sent may be paid for.
        self.accepted = True

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


def unreachable(error: OSError) -> ServiceError:
    """The error behind an exception of the HTTP client."""
    match error:
        case ProxyError():
            return UpstreamUnreachable("The proxy cannot be used.", reason="proxy")
        case ssl.SSLError():
            return UpstreamUnreachable(
                "The TLS handshake with the upstream server failed.",
                reason="tls",
                retryable=False,
            )
        case socket.gaierror():
            return UpstreamUnreachable("The upstream host's name cannot be resolved.", reason="dns")
        case ConnectTimeout():
            return UpstreamTimeout("No connection to the upstream server in time.", phase="connect")
        case ConnectionRefusedError():
            return UpstreamUnreachable("The upstream server refuses connections.", reason="refused")
        case ConnectionError():
            return UpstreamUnreachable("The upstream server closed the connection.", reason="reset")
        case _:
            return UpstreamUnreachable("No connection to the upstream server.", reason="connection")


def _broken(error: Exception) -> StreamInterrupted:
    malformed = isinstance(error, MalformedResponse)
    detail = (
        "The answer's HTTP framing is broken." if malformed else "The connection broke in the middle of the answer."
    )
    return StreamInterrupted(detail)


_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_LARGEST_STEP = 1024 * 1024


class Inflater:
    """Turns gzip or zlib bytes, cut anywhere, into what they hold, for servers that compress although asked not to.

    gzip may come in several members, one after the other (RFC 1952, 2.2); what follows and is none is passed over.
    """

    __slots__ = ("_after", "_zlib")

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_ZLIB_OR_GZIP)
        # What has come after the last member, as far as another may begin in it.
        self._after = b""

    def feed(self, received: bytes) -> bytes:
        """What the next bytes hold; an empty argument says that there are no more.

        Raises:
            StreamInterrupted: the end comes too early.
            StreamMalformed: the bytes are broken, or hold far more than an answer can.
        """
        if not received:
            if not self._zlib.eof:
                raise StreamInterrupted("The compressed answer was cut off.")
            return b""
        plain = b""
        while received:
            if self._zlib.eof:
                received = self._next_member(received)
            room = _LARGEST_STEP - len(plain)
            if not received:
                break
            try:
                plain += self._zlib.decompress(received, room) if room else b""
            except zlib.error:
                raise StreamMalformed("The answer's compression is broken.") from None
            if self._zlib.unconsumed_tail or not room:
                raise StreamMalformed("The answer unpacks to far more than was sent.")
            received = self._zlib.unused_data
        return plain

    def _next_member(self, received: bytes) -> bytes:
        """The bytes from the start of the next member on; none where it has not begun."""
        start = (self._after + received).lstrip(b"\0")
        if start.startswith(b"\x1f\x8b"):
            self._after = b""
            self._zlib = zlib.decompressobj(_ZLIB_OR_GZIP)
            return start
        self._after = start[:1]
        return b""


def _inflater(response: Response) -> Inflater | None:
    match response.headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            return None
        case "gzip" | "x-gzip" | "deflate":
            return Inflater()
        case _:
            response.close()
            raise StreamMalformed("The answer is compressed in a way that was not asked for.")
