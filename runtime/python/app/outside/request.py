"""A request to another service as a step of a workflow."""

import asyncio
import base64
import codecs
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import httpcore2
import httpx2
import msgspec

from app.outside.addresses import checked_address
from app.outside.bodies import Body, BodyUnusable, as_items, header_text
from app.outside.client import OutsideClient
from app.outside.credentials import Credential
from app.outside.errors import (
    AddressRefused,
    AnswerTooLarge,
    AnswerUnusable,
    RequestFailed,
    RequestTimeout,
    Unreachable,
)
from app.outside.pages import Pages
from app.runtime.bodies import media_type
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.expressions import as_text
from app.runtime.json_schema import schema_problems
from app.runtime.timing import timed_step

_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
# What names who asks is not passed on to another host; https://fetch.spec.whatwg.org/#http-redirect-fetch
_PRIVATE_HEADERS = ("authorization", "cookie", "proxy-authorization")
_BODY_HEADERS = ("content-length", "content-type", "transfer-encoding")
_KEPT_OF_AN_ERROR = 2000


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What of a request is the same in every run; `node` is the step that sends it.

    A status of 400 and more is an error unless it is among `accept_status`. An answer of more than `max_bytes` bytes,
    as it is once decoded, is refused; one that does not fit `answer_schema`, a JSON Schema, as well. With `pages`,
    what follows a page is asked for too.
    """

    node: str
    method: str
    credential: Credential | None = None
    accept_status: Sequence[int] = ()
    max_bytes: int = 10_485_760
    answer_schema: Mapping[str, Any] | None = None
    pages: Pages | None = None

    async def send(
        self,
        ctx: ExecutionContext,
        url: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        body: Body | None = None,
    ) -> Any:
        """Asks, and gives `{"status": 200, "headers": {…}, "body": …}`: header names are in lower case, the body is a
        JSON value where the answer is JSON, a text where it is a text, else its bytes in Base64; null where it is
        empty. With `pages` the body is the list of the items of all pages.

        `query` is added to that of the address: null is left out, of a list each item is sent.

        Raises:
            AddressRefused: the address is none that may be asked, or its path holds `..`.
            CredentialRefused, MissingApiKey: the credential is not set, or not meant for this host.
            Unreachable, RequestTimeout: no answer.
            RequestFailed: the status.
            AnswerTooLarge, AnswerUnusable: the body.
        """
        client = ctx.pools.shared(OutsideClient)
        with timed_step(ctx, self.node):
            try:
                try:
                    request = self._request(url, query or {}, headers or {}, body)
                # Halves of characters, and what has no place in the names and types of files.
                except (ValueError, httpx2.InvalidURL) as error:
                    raise BodyUnusable("What the request is to send cannot be written down.") from error
                if self.pages is None:
                    return await self._answer(ctx, client, request)
                return await self._all_pages(ctx, client, request, self.pages)
            except ServiceError as error:
                error.node = error.node or self.node
                raise

    def _request(
        self,
        url: str,
        query: Mapping[str, Any],
        headers: Mapping[str, Any],
        body: Body | None,
    ) -> httpx2.Request:
        address = checked_address(url)
        for name, value in query.items():
            for item in as_items(value):
                if item is not None:
                    address = address.copy_add_param(name, as_text(item))
        sent = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": "python-httpx2"}
        sent |= {name.lower(): header_text(name, value) for name, value in headers.items() if value is not None}
        if body is None:
            return httpx2.Request(self.method, address, headers=sent)
        return body.request(self.method, address, sent)

    async def _all_pages(
        self, ctx: ExecutionContext, client: OutsideClient, request: httpx2.Request, pages: Pages
    ) -> dict[str, Any]:
        items: list[Any] = []
        following: httpx2.URL | None = pages.first(request.url)
        count = 0
        while True:
            answer = await self._answer(ctx, client, _like(request, following))
            count += 1
            found = pages.items_of(answer["body"])
            items += found
            following = pages.after(following, answer, found, count)
            if following is None or count == pages.most:
                return {**answer, "body": items, "pages": count, "complete": following is None}

    async def _answer(self, ctx: ExecutionContext, client: OutsideClient, request: httpx2.Request) -> dict[str, Any]:
        seconds = client.settings.request_timeout_seconds
        try:
            async with asyncio.timeout(seconds), aclosing(await self._send(ctx, client, request)) as response:
                content = await self._content(response)
        except TimeoutError:
            raise RequestTimeout(f"{_named(request)} did not answer within {seconds:g} seconds.") from None
        except httpcore2.TimeoutException as error:
            raise RequestTimeout(f"{_named(request)} cannot be connected to in time.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError) as error:
            raise Unreachable(f"{_named(request)} cannot be asked: {error or type(error).__name__}") from error
        except httpx2.DecodingError as error:
            raise AnswerUnusable(f"{_named(request)} answered with a body that cannot be unpacked.") from error
        if response.status_code >= 400 and response.status_code not in self.accept_status:
            self._fail(response, content)
        return {
            "status": response.status_code,
            "headers": dict(response.headers),
            "body": self._body(response, content),
        }

    async def _send(self, ctx: ExecutionContext, client: OutsideClient, request: httpx2.Request) -> httpx2.Response:
        """The first answer that is no redirect. The credential goes to its own host alone, wherever one is sent."""
        plain = client.settings.allow_private_addresses
        if self.credential is not None:
            self.credential.check(ctx, self.node, request.url, allow_plain=plain)
        for _ in range(_MOST_REDIRECTS + 1):
            sent = _like(request, request.url)
            if self.credential is not None and self.credential.belongs_to(ctx, sent.url, allow_plain=plain):
                self.credential.put_on(ctx, sent)
            response = await client.handle_async_request(sent)
            target = response.headers.get("location")
            if response.status_code not in _REDIRECTS or target is None:
                return response
            await response.aclose()
            request = _redirected(request, response.status_code, target)
        raise RequestFailed(f"{_named(request)} redirects more than {_MOST_REDIRECTS} times.")

    async def _content(self, response: httpx2.Response) -> bytes:
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > self.max_bytes:
                raise AnswerTooLarge(f"{_named(response.request)} answered with more than {self.max_bytes:,} bytes.")
        return bytes(content)

    def _fail(self, response: httpx2.Response, content: bytes) -> NoReturn:
        status = response.status_code
        wait = response.headers.get("retry-after", "")
        error = RequestFailed(
            f"{_named(response.request)} answered with {status} {response.reason_phrase}.".replace(" .", "."),
            retryable=status in (408, 425, 429) or status >= 500,
            upstream_status=status,
            retry_after_s=float(wait) if wait.isdecimal() else None,
        )
        error.upstream = {"body": content[:_KEPT_OF_AN_ERROR].decode(errors="replace")}
        raise error

    def _body(self, response: httpx2.Response, content: bytes) -> Any:
        body = _decoded(response, content)
        if self.answer_schema is not None:
            problems = schema_problems(body, self.answer_schema)
            if problems:
                named = _named(response.request)
                raise AnswerUnusable(f"{named} answered with something else than `answerSchema` says.", errors=problems)
        return body


def _redirected(request: httpx2.Request, status: int, target: str) -> httpx2.Request:
    """The request that a redirect asks for: https://www.rfc-editor.org/rfc/rfc9110#section-15.4."""
    try:
        url = request.url.join(target)
        address = checked_address(str(url))
    except (httpx2.InvalidURL, ValueError):
        raise AddressRefused(f"{_named(request)} redirects to an address that is none.") from None
    moves = (address.scheme, address.host, address.port) != (request.url.scheme, request.url.host, request.url.port)
    dropped: tuple[str, ...] = _PRIVATE_HEADERS if moves else ()
    if status == 303 or (status in (301, 302) and request.method == "POST"):
        kept = {
            name: value for name, value in request.headers.items() if name not in (*dropped, *_BODY_HEADERS, "host")
        }
        return httpx2.Request("HEAD" if request.method == "HEAD" else "GET", address, headers=kept)
    if moves and request.method not in ("GET", "HEAD"):
        raise RequestFailed(
            f"{_named(request)} redirects a {request.method} to another host, {address.host}.",
            hint="What the request sends is not passed on to others; put the new address into the node.",
        )
    return _like(request, address, without=dropped)


def _like(request: httpx2.Request, url: httpx2.URL, without: tuple[str, ...] = ()) -> httpx2.Request:
    """The same request to another address."""
    headers = {name: value for name, value in request.headers.items() if name not in without}
    return httpx2.Request(request.method, url, headers={**headers, "host": url.netloc.decode()}, stream=request.stream)


def _named(request: httpx2.Request) -> str:
    """Who is asked, for messages: never the path or the query, where secrets and people's data may stand."""
    return f"{request.method} {request.url.scheme}://{request.url.netloc.decode()}"


def _decoded(response: httpx2.Response, content: bytes) -> Any:
    """The body by its content type."""
    if not content:
        return None
    kind = media_type(response.headers)
    if kind == "application/json" or kind.endswith("+json"):
        return _json(response, content)
    textual = ("application/xml", "application/javascript", "application/x-www-form-urlencoded", "application/x-ndjson")
    if kind.startswith("text/") or kind in textual or kind.endswith("+xml"):
        try:
            return content.decode(response.charset_encoding or "utf-8", errors="replace")
        # Of a name that is none, or one of no encoding of texts.
        except (LookupError, UnicodeError):
            return content.decode(errors="replace")
    return base64.b64encode(content).decode()


def _json(response: httpx2.Response, content: bytes) -> Any:
    """The JSON value in UTF-8, with or without a byte order mark, or else in the encoding that the answer names."""
    readings: list[bytes | str] = [content.removeprefix(codecs.BOM_UTF8)]
    with suppress(LookupError, UnicodeError):
        readings.append(content.decode(response.charset_encoding or "utf-8"))
    for reading in readings:
        with suppress(msgspec.DecodeError, UnicodeError, RecursionError):
            return msgspec.json.decode(reading)
    raise AnswerUnusable(f"{_named(response.request)} said that it answers in JSON, and did not.")
