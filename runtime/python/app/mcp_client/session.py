"""A conversation with an MCP server: in which version, which tools it has, and calls of them."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, NoReturn, cast

import httpcore2
import httpx2

from app.mcp_client.errors import McpCallFailed, McpServerRefused
from app.mcp_client.messages import (
    BEFORE,
    CLIENT,
    METHOD_NOT_FOUND,
    NEWEST,
    JsonObject,
    Target,
    messages,
    standing_alone,
)
from app.mcp_client.places import Place
from app.outside.client import OutsideClient
from app.outside.errors import AnswerUnusable, RequestFailed, Unreachable
from app.runtime.errors import ServiceError

_MOST_PAGES = 50
_MOST_QUESTIONS = 20
_MOST_FRUITLESS = 3
"""So often a broken stream is gone on with that then says nothing new."""
_GOODBYE_SECONDS = 2.0
_MOST_OF_A_MESSAGE = 500


class SessionEnded(Exception):
    """The server does not know the session any more: it has not done what it was asked for."""


class Rejection(Exception):
    """The server answered a request with an error of JSON-RPC."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class McpSession:
    """Made by `open`. Requests of one session may be under way at the same time."""

    def __init__(self, target: Target, client: OutsideClient, max_bytes: int) -> None:
        self._target = target
        self._client = client
        self._max_bytes = max_bytes
        self._ids = count(1)
        self._version = NEWEST
        self._session_id: str | None = None
        self._farewells: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, target: Target, client: OutsideClient, max_bytes: int) -> "McpSession":
        """Agrees on a version with the server: the newest, or else the newest that both know of those before it.

        Raises:
            ServiceError: the server cannot be asked, or knows none.
        """
        session = cls(target, client, max_bytes)
        try:
            known: Any = (await session._request("server/discover", {})).get("supportedVersions")
        except (Rejection, AnswerUnusable, RequestFailed):
            known = None
        if not isinstance(known, list) or NEWEST not in known:
            await session._initialize()
        return session

    async def tools(self) -> list[JsonObject]:
        """All tools of the server, as it describes them.

        Raises:
            ServiceError: the server cannot be asked.
        """
        found: list[JsonObject] = []
        params: JsonObject = {}
        for _ in range(_MOST_PAGES):
            page = await self._asked("tools/list", params)
            tools: Any = page.get("tools")
            if not isinstance(tools, list):
                raise AnswerUnusable(f"The MCP server {self._target.server} answered with no list of tools.")
            found += [cast("JsonObject", tool) for tool in cast("list[Any]", tools) if isinstance(tool, dict)]
            cursor: Any = page.get("nextCursor")
            if not isinstance(cursor, str):
                return found
            params = {"cursor": cursor}
        raise AnswerUnusable(f"The list of tools of the MCP server {self._target.server} does not end.")

    async def call(self, tool: str, arguments: JsonObject) -> JsonObject:
        """What a tool gives. A caller that stops waiting stops the call at the server.

        Raises:
            SessionEnded: it was not called, and may be in a new session.
            ServiceError: the server cannot be asked, or answered with an error of the protocol.
        """
        result = await self._asked("tools/call", {"name": tool, "arguments": arguments}, name=tool)
        if result.get("resultType", "complete") != "complete":
            raise McpCallFailed(f"The tool {tool} of {self._target.server} asks for more, which nobody can answer.")
        return result

    async def aclose(self) -> None:
        """Says goodbye, where the server keeps something for the session."""
        if self._session_id is not None:
            self._later(self._leave())
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await asyncio.gather(*self._farewells, return_exceptions=True)

    async def _initialize(self) -> None:
        self._version = BEFORE[0]
        about = {"protocolVersion": BEFORE[0], "capabilities": JsonObject(), "clientInfo": CLIENT}
        version = (await self._asked("initialize", about)).get("protocolVersion")
        if version not in BEFORE:
            detail = f"The MCP server {self._target.server} speaks none of the versions that are known here."
            raise McpServerRefused(detail, known=[NEWEST, *BEFORE])
        self._version = version
        await self._tell({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def _asked(self, method: str, params: JsonObject, *, name: str | None = None) -> JsonObject:
        try:
            return await self._request(method, params, name=name)
        except Rejection as error:
            detail = f"The MCP server {self._target.server} answered {method} with error {error.code}: {error}"
            raise McpCallFailed(detail) from None

    async def _request(self, method: str, params: JsonObject, *, name: str | None = None) -> JsonObject:
        request_id = next(self._ids)
        stands_alone = self._version == NEWEST
        sent = standing_alone(params) if stands_alone else params
        message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": sent}
        headers = {"mcp-method": method, **({} if name is None else {"mcp-name": name})} if stands_alone else {}
        try:
            return await self._result_of(method, request_id, self._target.post(message, self._about(method, headers)))
        except asyncio.CancelledError:
            # By the newest version it is enough to have left.
            if not stands_alone:
                self._later(self._tell(_cancelled(request_id)))
            raise

    async def _result_of(self, method: str, request_id: int, request: httpx2.Request) -> JsonObject:
        """What a request gives. Before the newest version a stream that breaks off, or that a server closes to be asked
        again later, is gone on with where it gave its events ids; the request is not made again.
        """
        place, questions, fruitless, is_first = Place(), 0, 0, True
        while True:
            begun = place.last_id
            try:
                async with self._answer(request) as response:
                    async for received in messages(self._target.server, response, self._max_bytes, place):
                        if "method" in received:
                            questions += "id" in received
                            await self._answer_question(received, questions)
                        elif received.get("id") == request_id or "error" in received:
                            if method == "initialize":
                                self._session_id = response.headers.get("mcp-session-id")
                            return self._result(received)
                failure = Unreachable(f"The MCP server {self._target.server} ended its answer before it was whole.")
            except Unreachable as error:
                failure = error
            except (SessionEnded, RequestFailed) as error:
                if is_first:
                    raise
                # What it was asked for it may have done.
                detail = f"The MCP server {self._target.server} does not go on with its answer."
                raise Unreachable(detail) from error
            fruitless = fruitless + 1 if place.last_id == begun else 0
            if self._version == NEWEST or not place.last_id or fruitless == _MOST_FRUITLESS:
                raise failure
            await asyncio.sleep(place.wait_seconds)
            headers = {"last-event-id": place.last_id.decode("latin-1")}
            request, is_first = self._target.get(self._about(method, headers)), False

    @asynccontextmanager
    async def _answer(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Response]:
        """The answer to a request.

        Raises:
            SessionEnded, Rejection, ServiceError: there is none, or one that says no.
        """
        response = await self._send(request)
        try:
            if response.status_code != 200:
                await self._refuse(response)
            yield response
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Unreachable(f"The MCP server {self._target.server} broke the connection.") from error
        finally:
            await response.aclose()

    def _about(self, method: str, headers: dict[str, str]) -> dict[str, str]:
        """Headers with those that say of which version and session a request is."""
        if method != "initialize":
            headers = {**headers, "mcp-protocol-version": self._version}
        if self._session_id is not None:
            headers = {**headers, "mcp-session-id": self._session_id}
        return headers

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._client.handle_async_request(request)
        except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Unreachable(f"The MCP server {self._target.server} cannot be reached.") from error

    async def _refuse(self, response: httpx2.Response) -> NoReturn:
        """Says why there is no answer: an error of JSON-RPC where there is one, else by the status."""
        status, server = response.status_code, self._target.server
        if response.has_redirect_location or 300 <= status < 400:
            detail = f"The MCP server {server} redirects to another address, which is not followed."
            raise McpServerRefused(detail, upstream_status=status)
        if status == 404 and self._session_id is not None:
            raise SessionEnded
        with suppress(ServiceError):
            async for message in messages(server, response, self._max_bytes, Place()):
                if isinstance(message.get("error"), dict):
                    self._result(message)
        if status in (401, 403):
            hint = f"Set MCP_{server.upper()}_TOKEN to a token that the server takes."
            raise McpServerRefused(f"The MCP server {server} answered with {status}.", hint=hint)
        raise RequestFailed(
            f"The MCP server {server} answered with {status}.",
            retryable=status in (408, 429) or status >= 500,
            upstream_status=status,
        )

    def _result(self, message: JsonObject) -> JsonObject:
        error: Any = message.get("error")
        if isinstance(error, dict):
            told = cast("JsonObject", error)
            code: Any = told.get("code")
            text = " ".join(str(told.get("message", "")).split())[:_MOST_OF_A_MESSAGE]
            raise Rejection(code if isinstance(code, int) else 0, text)
        result: Any = message.get("result")
        if not isinstance(result, dict):
            raise AnswerUnusable(f"The MCP server {self._target.server} answered with neither a result nor an error.")
        return cast("JsonObject", result)

    async def _answer_question(self, question: JsonObject, number: int) -> None:
        """A server may ask whether its client is there; whatever else it asks, nobody here has an answer."""
        if number > _MOST_QUESTIONS:
            raise AnswerUnusable(f"The MCP server {self._target.server} asks more than it answers.")
        if "id" not in question:
            return
        answer: JsonObject = {"jsonrpc": "2.0", "id": question["id"]}
        if question["method"] == "ping":
            answer["result"] = {}
        else:
            answer["error"] = {"code": METHOD_NOT_FOUND, "message": "This client takes no such requests."}
        await self._tell(answer)

    async def _tell(self, message: JsonObject) -> None:
        """Sends what has no answer."""
        response = await self._send(self._target.post(message, self._about("", {})))
        await response.aclose()

    async def _leave(self) -> None:
        headers = {"mcp-session-id": self._session_id or "", "mcp-protocol-version": self._version}
        response = await self._client.handle_async_request(self._target.delete(headers))
        await response.aclose()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something without anyone waiting for it."""

        async def quietly() -> None:
            with suppress(Exception):
                async with asyncio.timeout(_GOODBYE_SECONDS):
                    await work

        task = asyncio.create_task(quietly())
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)


def _cancelled(request_id: int) -> JsonObject:
    params = {"requestId": request_id, "reason": "The run was stopped, or its time was over."}
    return {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
