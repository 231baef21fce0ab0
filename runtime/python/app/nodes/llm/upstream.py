"""One Chat Completions call over the shared client: sending, retrying, reading, within the deadlines.

The SDK builds and authenticates the request and owns the connections. Its retries and its parsing of answers are not used:
we retry by what the error means, and read the answer's bytes as they come.
"""

import asyncio
import random
import zlib
from collections.abc import AsyncIterator

import httpx2
from openai import APIConnectionError, APIStatusError, AsyncOpenAI

from app.nodes.llm.chat_request import ChatRequest
from app.nodes.llm.deadlines import DeadlineExceeded, Deadlines
from app.nodes.llm.failures import error_in_answer, retry_after, timed_out, unreachable
from app.runtime.errors import StreamInterrupted, StreamMalformed
from app.runtime.settings import Settings

_RETRIED_STATUS = frozenset((408, 409, 429))
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 8.0


class UpstreamCall:
    """A call in flight. `open()` sends the request; `read()` gives the answer's bytes as they arrive."""

    __slots__ = ("_chunks", "_client", "_inflate", "_request", "_response", "_settings", "attempts", "deadlines")

    def __init__(self, client: AsyncOpenAI, request: ChatRequest, settings: Settings) -> None:
        self._client = client
        self._request = request
        self._settings = settings
        self._response: httpx2.Response | None = None
        self._chunks: AsyncIterator[bytes] | None = None
        self._inflate: zlib._Decompress | None = None
        self.attempts = 0
        self.deadlines = Deadlines(request.timeout or settings.total_timeout_seconds)

    @property
    def accepted(self) -> bool:
        """Whether the provider has begun to answer, so that tokens have been used."""
        return self._response is not None

    @property
    def request_id(self) -> str | None:
        """The provider's id of the request, for its support."""
        return None if self._response is None else self._response.headers.get("x-request-id")

    async def open(self) -> None:
        """Sends the request, again where that may help, until the answer's headers say 2xx.

        Raises:
            ServiceError: refused, unreachable or too late; the class says which.
        """
        retries = self._settings.max_retries if self._request.max_retries is None else self._request.max_retries
        while True:
            self.attempts += 1
            wait = min(_FIRST_BACKOFF_SECONDS * 2 ** (self.attempts - 1), _LONGEST_BACKOFF_SECONDS)
            wait *= random.uniform(0.75, 1.0)
            try:
                self._response = await self._post()
            except APIStatusError as error:
                headers = error.response.headers
                failure = error_in_answer(error.status_code, headers, error.response.content, self._request)
                again = failure.retryable and (error.status_code >= 500 or error.status_code in _RETRIED_STATUS)
                told = retry_after(headers)
                if told is not None:
                    wait = told
            except APIConnectionError as error:
                failure = unreachable(error)
                again = failure.retryable
            except DeadlineExceeded as error:
                raise timed_out(error) from None
            else:
                self._prepare_reading(self._response)
                return
            budget = min(self._settings.max_retry_wait_seconds, self.deadlines.remaining())
            if not again or self.attempts > retries or wait > budget:
                # Without its cause: that names the key's owner and holds the upstream body.
                raise failure from None
            await asyncio.sleep(wait)

    async def read(self) -> bytes:
        """The next bytes of the answer; empty at its end.

        Raises:
            ServiceError: the connection broke (`stream_interrupted`) or stood still (`upstream_timeout`).
        """
        if self._chunks is None:
            return b""
        while True:
            try:
                with self.deadlines:
                    data = await anext(self._chunks, b"")
            except DeadlineExceeded as error:
                raise timed_out(error) from None
            except httpx2.HTTPError as error:
                raise StreamInterrupted("The connection broke in the middle of the answer.") from error
            if self._inflate is None:
                return data
            plain = self._inflated(data, self._inflate)
            if plain or not data:
                return plain

    async def aclose(self) -> None:
        """Ends the call. An answer that was read to its end leaves the connection to the next call."""
        self.deadlines.close()
        if self._response is not None:
            await self._response.aclose()

    async def _post(self) -> httpx2.Response:
        seconds = (
            self._settings.first_byte_timeout_seconds if self._request.stream else self._settings.total_timeout_seconds
        )
        self.deadlines.begin("first_byte", seconds)
        with self.deadlines:
            return await self._client.post(
                "/chat/completions", cast_to=httpx2.Response, content=self._request.body, stream=True, stream_cls=None
            )

    def _prepare_reading(self, response: httpx2.Response) -> None:
        self._chunks = response.aiter_raw()
        match response.headers.get("content-encoding", "identity").strip().lower():
            case "identity" | "":
                pass
            case "gzip":
                self._inflate = zlib.decompressobj(wbits=31)
            case "deflate":
                self._inflate = zlib.decompressobj()
            case _:
                raise StreamMalformed("The answer is compressed in a way that was not asked for.")

    def _inflated(self, data: bytes, inflate: "zlib._Decompress") -> bytes:
        if not data:
            if not inflate.eof:
                raise StreamInterrupted("The compressed answer was cut off.")
            return b""
        try:
            return inflate.decompress(data)
        except zlib.error:
            raise StreamMalformed("The answer's compression is broken.") from None
