"""One model call over the pool of connections: sending, retrying, reading, within its deadlines."""

import asyncio
import random
import socket
import ssl
import zlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

from app.llm.errors import StreamInterrupted, StreamMalformed, UpstreamTimeout, UpstreamUnreachable
from app.llm.failures import CodeOf, error_in_answer, request_id_of
from app.llm.models import ModelFacts
from app.llm.request import CallTimeouts, ModelRequest, timeouts_of
from app.runtime.errors import ServiceError
from app.runtime.http.connection import Consume, EndlessChunk, MalformedResponse, Response
from app.runtime.http.dial import ProxyError
from app.runtime.http.pool import ConnectionPool, ConnectTimeout
from app.runtime.settings import Settings

_RETRIED_STATUS = frozenset((408, 409, 429, 498))
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 8.0
_LARGEST_ERROR_BYTES = 64 * 1024
_ERROR_BODY_SECONDS = 2.0
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_LARGEST_STEP = 1024 * 1024

_UNREACHABLE: tuple[tuple[type[OSError], str, str], ...] = (
    (ProxyError, "proxy", "The proxy that the environment names cannot be used; NO_PROXY leaves hosts out."),
    (ssl.SSLError, "tls", "The TLS handshake with the upstream server failed."),
    (socket.gaierror, "dns", "The upstream host's name cannot be resolved."),
    (ConnectionRefusedError, "refused", "The upstream server refuses connections."),
    (ConnectionError, "reset", "The upstream server closed the connection."),
    (OSError, "connection", "No connection to the upstream server."),
)

Phase = Literal["first_byte", "idle", "tail", "total"]
_WORDS: dict[Phase, tuple[str, str]] = {
    "first_byte": ("The model sent nothing within {}.", "FIRST_BYTE_TIMEOUT_SECONDS"),
    "idle": ("The stream stood still for {}.", "IDLE_TIMEOUT_SECONDS"),
    "tail": ("The stream stood still for {}.", "IDLE_TIMEOUT_SECONDS"),
    "total": ("The model call took longer than {}.", "TOTAL_TIMEOUT_SECONDS"),
}


class Deadlines:
    """Until when a call may wait: for the first content, the next, the rest after the end, and the whole. An `async
    with` block is one wait, which ends with UpstreamTimeout where it takes longer than it may.

    Only waits count, apart from the whole, so that a slow reader of ours is not taken for a silent upstream. The timer
    of a wait is armed again when it goes off too early: to do so for every token took a fourth of all CPU.
    """

    __slots__ = ("_began", "_loop", "_seconds", "_timer", "_total_end", "_wait", "phase", "total")

    def __init__(self, total: float) -> None:
        self.total = self._seconds = total
        self.phase: Phase = "total"
        """What is being waited for."""
        self._loop = asyncio.get_running_loop()
        self._total_end = self._loop.time() + total
        self._began: float | None = None
        self._wait: asyncio.Timeout | None = None
        self._timer: asyncio.TimerHandle | None = None

    def remaining(self) -> float:
        """Seconds until the whole is late; negative afterwards."""
        return self._total_end - self._loop.time()

    def begin(self, phase: Phase, seconds: float) -> None:
        """Starts a phase that may last for `seconds`, from now in a wait, else from the next wait on."""
        self.phase, self._seconds = phase, seconds
        self.restart()
        self._look()

    def restart(self) -> None:
        """Content arrived: the phase's time starts anew, now in a wait, else with the next one."""
        self._began = None if self._wait is None else self._loop.time()

    async def __aenter__(self) -> None:
        self._wait = await asyncio.timeout(None).__aenter__()
        if self._timer is None:
            self._look()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        wait, self._wait = self._wait, None
        assert wait is not None  # noqa: S101
        try:
            await wait.__aexit__(kind, error, traceback)
        except TimeoutError:
            phase, seconds = (self.phase, self._seconds) if self._end() < self._total_end else ("total", self.total)
            detail, setting = _WORDS[phase]
            hint = f"Try again; {setting} sets the limit if the model needs longer."
            raise UpstreamTimeout(detail.format(f"{seconds:g} s"), phase=phase, hint=hint) from None

    def close(self) -> None:
        """Gives the timer back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> float:
        """When the phase or the call ends, by the loop's clock; starts the phase's time if nothing has."""
        if self._began is None:
            self._began = self._loop.time()
        return min(self._began + self._seconds, self._total_end)

    def _look(self) -> None:
        """Ends a wait whose time is up, or sees when to look again."""
        self.close()
        if self._wait is not None:
            end = self._end()
            if end > self._loop.time():
                self._timer = self._loop.call_at(end, self._look)
            else:
                self._wait.reschedule(end)


@dataclass(slots=True, eq=False)
class UpstreamCall:
    """A call in flight. `open()` sends the request; `read()` and `stream_to()` give the answer's bytes."""

    _pool: ConnectionPool
    _path: str
    _request: ModelRequest
    _settings: Settings
    _facts: ModelFacts | None
    _code_of: CodeOf | None
    accepted: bool = False
    """Whether the provider has the request and has not refused it: tokens may have been used."""
    attempts: int = 0
    request_id: str | None = None
    """The provider's id of the last attempt, for its support."""
    timeouts: CallTimeouts = field(init=False)
    deadlines: Deadlines = field(init=False)
    _response: Response | None = None
    _inflater: "Inflater | None" = None

    def __post_init__(self) -> None:
        self.timeouts = timeouts_of(self._request.timeout, self._settings)
        self.deadlines = Deadlines(self.timeouts.total)

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
        response, inflater = self._response, self._inflater
        if response is None:
            return b""
        while True:
            try:
                if response.is_ready:
                    received = await response.read()
                else:
                    async with self.deadlines:
                        received = await response.read()
            except (OSError, MalformedResponse) as error:
                raise _broken(error) from error
            plain = received if inflater is None else inflater.feed(received)
            if plain or not received:
                return plain

    async def read_all(self) -> bytes:
        """The whole answer.

        Raises:
            ServiceError: as `read()`, and `StreamMalformed` for one that is larger than the service reads.
        """
        body = bytearray()
        while data := await self.read():
            body += data
            if len(body) > self._settings.max_answer_bytes:
                raise StreamMalformed(
                    "The answer is larger than allowed.", hint="MAX_ANSWER_BYTES sets the largest answer."
                )
        return bytes(body)

    async def stream_to(self, consume: Consume) -> None:
        """Passes the answer's bytes on as they arrive, until its end; raises as `read()` and `consume` do."""
        response, inflater = self._response, self._inflater
        if response is None:
            return
        take: Consume = consume if inflater is None else lambda packed: consume(inflater.feed(packed))
        try:
            while True:
                async with self.deadlines:
                    left = await response.pass_on(take)
                if left is None:
                    break
                await left
        except (OSError, MalformedResponse) as error:
            raise _broken(error) from error
        if inflater is not None:
            inflater.feed(b"")

    def close(self) -> None:
        """Ends the call. An answer that was read to its end has left its connection to the next call already."""
        self.deadlines.close()
        if self._response is not None:
            self._response.close()

    async def _attempt(self) -> tuple[ServiceError | None, float | None]:
        """Sends the request once: what went wrong, if anything, and how long to wait if another attempt may help."""
        request, timeouts, deadlines = self._request, self.timeouts, self.deadlines
        backoff = min(_FIRST_BACKOFF_SECONDS * 2 ** (self.attempts - 1), _LONGEST_BACKOFF_SECONDS)
        backoff *= random.uniform(0.75, 1.0)
        deadlines.begin("first_byte", timeouts.first_byte if request.stream else timeouts.total)
        self.accepted = False
        try:
            async with deadlines:
                response = await self._pool.post(
                    self._path,
                    request.body,
                    connect_timeout=timeouts.connect,
                    on_sending=self._sending,
                    headers=request.headers,
                )
        except MalformedResponse as error:
            raise StreamMalformed("The upstream server does not answer in HTTP/1.1.") from error
        except OSError as error:
            self.accepted = False
            failure = _unreachable(error)
            return failure, backoff if failure.retryable else None
        self.request_id = request_id_of(response.headers)
        if 200 <= response.status < 300:
            self._response = response
            self._inflater = _inflater(response)
            # Open streams are many; neither is needed any more.
            request.body = b""
            response.headers = {}
            return None, None
        self.accepted = False
        body = await self._read_error(response)
        failure = error_in_answer(response.status, response.headers, body, request, self._facts, self._code_of)
        may_help = response.status >= 500 or response.status in _RETRIED_STATUS
        if not failure.retryable or not may_help or response.headers.get("x-should-retry") == "false":
            return failure, None
        return failure, failure.details.get("retry_after_s", backoff)

    def _sending(self) -> None:
        # Until it is refused, what has been sent may be paid for.
        self.accepted = True

    async def _read_error(self, response: Response) -> bytes:
        """The body of an error, as far as it may hold an error object and comes without delay."""
        body = b""
        try:
            inflater = _inflater(response)
            async with asyncio.timeout(min(_ERROR_BODY_SECONDS, self.deadlines.remaining())):
                while len(body) < _LARGEST_ERROR_BYTES and (received := await response.read()):
                    body += received if inflater is None else inflater.feed(received)
        except (OSError, MalformedResponse, ServiceError):
            pass  # what has arrived may say enough
        finally:
            response.close()
        return body


def _unreachable(error: OSError) -> ServiceError:
    if isinstance(error, ConnectTimeout):
        return UpstreamTimeout("No connection to the upstream server in time.", phase="connect")
    reason, detail = next((reason, detail) for kind, reason, detail in _UNREACHABLE if isinstance(error, kind))
    return UpstreamUnreachable(detail, reason=reason, retryable=reason != "tls")


def _broken(error: Exception) -> ServiceError:
    if isinstance(error, EndlessChunk):
        return StreamMalformed("The answer claims a chunk of a size that no answer has.")
    if isinstance(error, MalformedResponse):
        return StreamInterrupted("The answer's HTTP framing is broken.")
    return StreamInterrupted("The connection broke in the middle of the answer.")


def _inflater(response: Response) -> "Inflater | None":
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return Inflater(encoding)
    response.close()
    raise StreamMalformed("The answer is compressed in a way that was not asked for.")


class Inflater:
    """Turns gzip or deflate, cut anywhere, into what it holds, for servers that compress although asked not to.

    gzip may come in several members, one after the other (RFC 1952, 2.2); what follows and is none is passed over.
    `deflate` is zlib's format (RFC 9110, 8.4.1.2), but some servers leave its header out.
    """

    __slots__ = ("_after", "_may_be_raw", "_zlib")

    def __init__(self, encoding: str = "gzip") -> None:
        self._zlib = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._may_be_raw = encoding == "deflate"
        # The first two bytes after the last member: a member begins with 1f 8b.
        self._after = b""

    def feed(self, received: bytes) -> bytes:
        """What the next bytes hold; an empty argument says that there are no more.

        Raises:
            StreamInterrupted: the end comes too early.
            StreamMalformed: the bytes are broken, or hold far more than an answer can.
        """
        if not received and (not self._zlib.eof or self._after == b"\x1f"):
            raise StreamInterrupted("The compressed answer was cut off.")
        if received and self._may_be_raw:
            self._may_be_raw = False
            # zlib's header begins with a byte that ends in 8, gzip's with 1f; deflate itself with neither.
            if received[0] & 0x0F != 8 and received[0] != 0x1F:
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        plain = b""
        while received:
            if self._zlib.eof and not (received := self._next_member(received)):
                break
            try:
                plain += self._zlib.decompress(received, _LARGEST_STEP + 1 - len(plain))
            except zlib.error:
                raise StreamMalformed("The answer's compression is broken.") from None
            if len(plain) > _LARGEST_STEP:
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
        self._after = start[:2]
        return b""
