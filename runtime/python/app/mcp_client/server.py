"""Tools of MCP servers that models may call. A workflow names servers; where they are is the operator's to say."""

import asyncio
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

from pydantic import Field

from app.llm.tools import Tool
from app.mcp_client.errors import McpToolChanged
from app.mcp_client.messages import JsonObject, Target
from app.mcp_client.results import told
from app.mcp_client.session import McpSession, SessionEnded
from app.outside.addresses import checked_address
from app.outside.client import OutsideClient
from app.outside.errors import CredentialRefused, RequestFailed, RequestTimeout
from app.runtime.context import ExecutionContext, MissingApiKey, Secrets
from app.runtime.errors import ServiceError
from app.runtime.functions import FunctionFailed, InvalidFunctionArguments
from app.runtime.json_schema import json_key, schema_problems
from app.runtime.settings import BaseSettings, Seconds, Settings


class McpSettings(BaseSettings):
    """What the operator can set for MCP servers."""

    mcp_timeout_seconds: Seconds = 60.0
    """For one call of a tool, from beginning to end."""
    mcp_max_bytes: Annotated[int, Field(gt=0)] = 2_097_152
    """The largest answer of a server."""
    mcp_max_characters: Annotated[int, Field(gt=0)] = 40_000
    """How much of what a tool gives the model is told; what is beyond is cut off."""
    mcp_recheck_seconds: Seconds = 300.0
    """How often a server is asked whether its tools are still those of the lock file."""


class McpSessions:
    """The sessions of a process, one for each server."""

    def __init__(self, _settings: Settings) -> None:  # made as all that is shared
        self.settings = McpSettings.load()
        self._known: dict[str, _Known] = {}

    async def session(self, server: "McpServer", ctx: ExecutionContext) -> "_Known":
        """The session with a server, whose tools were looked at not long ago.

        Raises:
            ServiceError: the server cannot be asked.
        """
        client = ctx.pools.shared(OutsideClient)
        target = server.target(ctx.secrets, allow_plain=client.settings.allow_private_addresses)
        known = self._known.get(server.name)
        if known is None or known.target != target:
            known = self._known[server.name] = _Known(target)
        async with known.lock:
            if known.opened is None:
                known.opened = await McpSession.open(target, client, self.settings.mcp_max_bytes)
                known.recheck_at = 0.0
            if time.monotonic() >= known.recheck_at:
                with known.forgetting():
                    tools = await known.opened.tools()
                known.takes = {str(tool.get("name")): tool.get("inputSchema") for tool in tools}
                known.recheck_at = time.monotonic() + self.settings.mcp_recheck_seconds
        return known

    async def aclose(self) -> None:
        """Ends all sessions."""
        opened = [known.opened for known in self._known.values() if known.opened is not None]
        await asyncio.gather(*(session.aclose() for session in opened), return_exceptions=True)


@dataclass(slots=True, eq=False)
class _Known:
    """What is known of a server: the session with it, and what its tools take."""

    target: Target
    opened: McpSession | None = None
    takes: dict[str, Any] = field(default_factory=dict[str, Any])
    recheck_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextmanager
    def forgetting(self) -> Generator[None]:
        """Forgets the session when the server does not take it any more, so that the next call begins another."""
        session = self.opened
        try:
            yield
        except (SessionEnded, RequestFailed):
            if self.opened is session:
                self.opened = None
            raise


@dataclass(frozen=True, slots=True)
class McpServer:
    """A server by its name: MCP_NAME_URL says where it is, MCP_NAME_TOKEN what it is sent as a bearer token."""

    name: str

    def target(self, secrets: Secrets, *, allow_plain: bool) -> Target:
        """Where it is. Its token goes there and nowhere else, over https unless `allow_plain`.

        Raises:
            MissingApiKey: MCP_NAME_URL is not set.
            AddressRefused: that is no address.
            CredentialRefused: the token would travel in the clear.
        """
        variable = f"MCP_{self.name.upper()}"
        url = checked_address(secrets[f"{variable}_URL"])
        headers: dict[str, str] = {}
        try:
            headers["authorization"] = f"Bearer {secrets[f'{variable}_TOKEN']}"
        except MissingApiKey:
            return Target(self.name, url, headers)
        if url.scheme != "https" and not allow_plain:
            hint = f"Set {variable}_URL to an address that begins with https://."
            raise CredentialRefused(f"{variable}_TOKEN would travel in the clear.", hint=hint)
        return Target(self.name, url, headers)

    def tool(
        self,
        name: str,
        *,
        offered_as: str,
        description: str,
        takes: JsonObject,
        node: str,
        shown: JsonObject | None = None,
    ) -> Tool:
        """A tool of it as the lock file has it, for the model of `node`; with `shown`, that is what the model is told
        that it takes.
        """
        checked = _without_patterns(takes)

        async def run(ctx: ExecutionContext, node: str, arguments: JsonObject) -> str:
            problems = schema_problems(arguments, checked)
            if problems:
                detail = f"The arguments for {offered_as} do not fit what it takes."
                errors = [{"argument": each["pointer"], "detail": each["detail"]} for each in problems]
                raise InvalidFunctionArguments(detail, node=node, errors=errors)
            try:
                return await self._call(ctx, name, takes, arguments)
            except ServiceError as error:
                error.node = error.node or node
                if error.for_operator:
                    raise
                raise FunctionFailed(f"The tool {offered_as} failed: {error.detail}", node=node) from error

        return Tool(offered_as, description, shown or takes, run, node)

    async def _call(self, ctx: ExecutionContext, tool: str, takes: JsonObject, arguments: JsonObject) -> str:
        sessions = ctx.pools.shared(McpSessions)
        seconds = sessions.settings.mcp_timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                try:
                    result = await self._ask(sessions, ctx, tool, takes, arguments)
                except SessionEnded:
                    result = await self._ask(sessions, ctx, tool, takes, arguments)
        except TimeoutError:
            detail = f"{tool} of the MCP server {self.name} gave nothing within {seconds:g} seconds."
            raise RequestTimeout(detail, hint="Try again, or raise MCP_TIMEOUT_SECONDS.") from None
        return told(self.name, tool, result, sessions.settings.mcp_max_characters)

    async def _ask(
        self, sessions: McpSessions, ctx: ExecutionContext, tool: str, takes: JsonObject, arguments: JsonObject
    ) -> JsonObject:
        known = await sessions.session(self, ctx)
        if json_key(known.takes.get(tool)) != json_key(takes):
            what = "takes something else now" if tool in known.takes else "is not there any more"
            known.recheck_at = 0.0
            raise McpToolChanged(f"The tool {tool} of the MCP server {self.name} {what}.", server=self.name, tool=tool)
        session = known.opened
        if session is None:
            raise SessionEnded
        with known.forgetting():
            return await session.call(tool, arguments)


def _without_patterns(schema: Any) -> Any:
    """A schema without regular expressions, which are the server's: one that takes for ever is left to it."""
    if isinstance(schema, list):
        return [_without_patterns(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, Mapping):
        return schema
    given = cast("Mapping[str, Any]", schema)
    named = isinstance(given.get("patternProperties"), Mapping)
    left_out = {"patternProperties", "additionalProperties"} if named else set[str]()
    if isinstance(given.get("pattern"), str):
        left_out.add("pattern")
    return {name: _without_patterns(each) for name, each in given.items() if name not in left_out}
