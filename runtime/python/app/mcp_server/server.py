"""Workflows as tools of an MCP server: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Generic, Protocol

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError

from app.mcp_server.calls import ToolRun
from app.mcp_server.messages import (
    BEFORE,
    INVALID_PARAMS,
    NEWEST,
    PARSE_ERROR,
    REFUSED,
    UNKNOWN_METHOD,
    Asked,
    Id,
    JsonObject,
    Rejected,
    read,
    rejection,
)
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.log import log_event
from app.runtime.origins import ForeignPage, check_origin
from app.runtime.server import check_characters
from app.runtime.streaming import Input

Run = Callable[[ExecutionContext, Input], Awaitable[Reply]]


class Pages(Protocol):
    """Whose pages may ask."""

    def answer_headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        """What an answer tells a browser."""
        ...

    def tell(self, request: Request) -> None:
        """Adds that to the answer."""
        ...


class Guard(Protocol):
    """What a caller has to pass, as the routes have it."""

    @property
    def cors(self) -> Pages | None:
        """The pages of other origins that may ask, if some may."""
        ...

    async def admit(self, request: Request) -> None:
        """Raises where he may not pass."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[Input]):
    """A workflow as a tool: `takes` is the schema of its arguments, `gives` that of what it gives, if it is known.

    With `wraps` what it gives is no object, so that clients get one whose `result` it is. `guard` says who may call it,
    and `admitted` makes of `run` one that knows who that is.
    """

    name: str
    description: str
    workflow: str
    run: Run[Input]
    input_model: type[BaseModel]
    takes: JsonObject
    gives: JsonObject | None = None
    wraps: bool = False
    guard: Guard | None = None
    admitted: Callable[[Run[Input], Request], Run[Input]] | None = None

    def described(self) -> JsonObject:
        """The tool as a list of tools has it."""
        described: JsonObject = {"name": self.name, "description": self.description, "inputSchema": self.takes}
        if self.gives is not None:
            described["outputSchema"] = (
                {"type": "object", "properties": {"result": self.gives}, "required": ["result"]}
                if self.wraps
                else self.gives
            )
        return described


class McpServer:
    """Answers MCP's clients, of the newest version and of those before it, as `name`."""

    def __init__(self, name: str, tools: Sequence[Tool[Any]]) -> None:
        self._about = {"name": name, "version": "1.0.0"}
        self._tools = {tool.name: tool for tool in tools}
        self._open: dict[tuple[str, Id], asyncio.Event] = {}
        """What stops each call of a client that cancels by a message; its session is a secret of its own."""

    async def answer(self, request: Request) -> Response:
        """Answers a POST."""
        asked: Asked | None = None
        try:
            asked = await self._read(request)
            return await self._answer(request, asked)
        except Rejected as error:
            log_event(
                "refused",
                method="POST",
                path=request.url.path,
                status=error.status,
                outcome="http_error",
                detail=str(error),
            )
            return rejection(error, asked.id if asked else None)

    async def _read(self, request: Request) -> Asked:
        known = (tool.guard.cors for tool in self._tools.values() if tool.guard is not None)
        pages = next((cors for cors in known if cors is not None), None)
        _check_page(request, pages)
        if pages is not None:
            pages.tell(request)
        try:
            body: Any = await request.json()
        except (ValueError, RecursionError):
            raise Rejected(PARSE_ERROR, "The body is not valid JSON.") from None
        return read(body, request.headers)

    async def _answer(self, request: Request, asked: Asked) -> Response:
        if asked.id is None:
            self._notified(asked)
            return Response(status_code=202)
        match asked.method:
            case "initialize" if not asked.stands_alone:
                return self._initialize(asked)
            case "server/discover" if asked.stands_alone:
                known: JsonObject = {"capabilities": {"tools": {}}, "supportedVersions": [NEWEST]}
                return self._told(asked, {**known, "cacheScope": "private", "ttlMs": 0})
            case "ping":
                return self._told(asked, {})
            case "tools/list":
                tools = [tool.described() for tool in await self._callable(request)]
                caching = {"cacheScope": "private", "ttlMs": 0} if asked.stands_alone else {}
                return self._told(asked, {"tools": tools, **caching})
            case "tools/call":
                return await self._call(request, asked)
            case _:
                status = 404 if asked.stands_alone else 200
                raise Rejected(UNKNOWN_METHOD, f"There is no method {asked.method[:100]}.", status=status)

    def _initialize(self, asked: Asked) -> Response:
        wanted = asked.params.get("protocolVersion")
        version = wanted if wanted in BEFORE else BEFORE[0]
        told: JsonObject = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": self._about}
        answer = self._told(asked, told)
        answer.headers["mcp-session-id"] = token_urlsafe(24)
        return answer

    def _told(self, asked: Asked, result: JsonObject) -> Response:
        if asked.stands_alone:
            result = {**result, "_meta": {"io.modelcontextprotocol/serverInfo": self._about}}
        return Response(encode(asked.answer(result)), media_type="application/json")

    def _notified(self, asked: Asked) -> None:
        """Cancels a call. Since 2026-07-28 that is done by leaving it."""
        request_id: Any = asked.params.get("requestId")
        if asked.method == "notifications/cancelled" and asked.session and isinstance(request_id, str | int):
            stopped = self._open.get((asked.session, request_id))
            if stopped is not None:
                stopped.set()

    async def _callable(self, request: Request) -> list[Tool[Any]]:
        """The tools that the caller may call.

        Raises:
            Rejected: there are some, and he may call none.
        """
        tools: list[Tool[Any]] = []
        refusal: Rejected | None = None
        for tool in self._tools.values():
            try:
                await self._admit(request, tool)
                tools.append(tool)
            except Rejected as error:
                refusal = error
        if refusal is not None and not tools:
            raise refusal
        return tools

    async def _admit(self, request: Request, tool: Tool[Any]) -> None:
        _check_page(request, None if tool.guard is None else tool.guard.cors)
        if tool.guard is None:
            return
        try:
            await tool.guard.admit(request)
        except ServiceError as error:
            refused = Rejected(REFUSED, error.detail, status=error.status)
            refused.headers = error.headers
            raise refused from None

    async def _call(self, request: Request, asked: Asked) -> Response:
        name: Any = asked.params.get("name")
        arguments: Any = asked.params.get("arguments")
        tool = self._tools.get(name) if isinstance(name, str) else None
        if tool is None:
            raise Rejected(INVALID_PARAMS, "There is no such tool.", status=400 if asked.stands_alone else 200)
        await self._admit(request, tool)
        try:
            inputs = _inputs(tool, {} if arguments is None else arguments)
        except InvalidInput as error:
            # The model that calls is told what is wrong with its arguments.
            text = (
                error.detail
                + " "
                + "; ".join(f"{each['pointer']}: {each['detail']}" for each in error.details["errors"])
            )
            return self._told(asked, {"content": [{"type": "text", "text": text}], "isError": True})
        run = tool.run if tool.admitted is None else tool.admitted(tool.run, request)
        stopped = asyncio.Event()
        key = (asked.session, asked.id) if asked.session and asked.id is not None else None
        if key is not None:
            self._open[key] = stopped
        return ToolRun(
            run,
            inputs,
            request.state.process,
            tool.workflow,
            asked.progress_token is not None,
            asked=asked,
            stopped=stopped,
            gives=tool.gives,
            wraps=tool.wraps,
            ended=lambda: self._open.pop(key, None) if key is not None else None,
        )


def _check_page(request: Request, pages: Pages | None) -> None:
    try:
        check_origin(request, pages)
    except ForeignPage as error:
        raise Rejected(REFUSED, error.detail, status=403) from None


def _inputs(tool: Tool[Any], arguments: Any) -> Any:
    try:
        inputs = tool.input_model.model_validate(arguments)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [
            {"pointer": ".".join(map(str, each["loc"])) or "arguments", "detail": each["msg"]} for each in found
        ]
        raise InvalidInput("The arguments do not fit.", errors=problems) from None
    check_characters(inputs)
    return inputs


def mcp_router(name: str, *tools: Tool[Any]) -> APIRouter:
    """`POST /mcp`, answered by workflows. There is nothing that a client could listen to by GET."""
    router = APIRouter()
    router.add_api_route("/mcp", McpServer(name, tools).answer, methods=["POST"], operation_id="sendMcpMessage")
    return router
