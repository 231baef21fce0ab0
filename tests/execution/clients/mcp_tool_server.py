"""A server of tools, made with the official SDK; prints its address, then each call and each stop as lines of JSON.

`python mcp_tool_server.py [--legacy] [--json] [--changed] [--token TOKEN]`
"""

import asyncio
import json
import socket
import sys
from typing import Any

import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp_types import CallToolResult, ImageContent, TextContent
from starlette.types import ASGIApp, Receive, Scope, Send


def tell(**said: Any) -> None:
    print(json.dumps(said), flush=True)


server = MCPServer("docs")


if "--changed" in sys.argv:

    @server.tool(name="search")
    def search_more(query: str, secret: str) -> str:
        """Searches the handbook."""
        return f"{query} {secret}"

else:

    @server.tool()
    def search(query: str, limit: int = 3) -> list[str]:
        """Searches the handbook."""
        tell(called="search", query=query, limit=limit)
        return [f"{query} {number}" for number in range(limit)]


@server.tool()
async def read(page: str, ctx: Context) -> CallToolResult:
    """Reads a page of the handbook."""
    await ctx.report_progress(1, 2, "half")
    picture = ImageContent(type="image", data="aGk=", mime_type="image/png")
    return CallToolResult(content=[TextContent(type="text", text=f"Page {page}"), picture])


@server.tool()
def fail(reason: str) -> str:
    """Fails."""
    raise ValueError(reason)


@server.tool()
async def wait(seconds: float) -> str:
    """Waits."""
    tell(called="wait")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        tell(stopped="wait")
        raise
    return "done"


class Door:
    """Lets in who has the token, and tells what of requests matters here."""

    def __init__(self, app: ASGIApp, token: str | None, legacy: bool) -> None:
        self._app = app
        self._token = token
        self._legacy = legacy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            peer = f"{scope['client'][1]}"
            tell(method=scope["method"], version=headers.get("mcp-protocol-version"), peer=peer)
            refused = self._token is not None and headers.get("authorization") != f"Bearer {self._token}"
            unknown = self._legacy and headers.get("mcp-protocol-version") == "2026-07-28"
            if refused or unknown:
                status = 401 if refused else 400
                await send({"type": "http.response.start", "status": status, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        await self._app(scope, receive, send)


def main() -> None:
    token = sys.argv[sys.argv.index("--token") + 1] if "--token" in sys.argv else None
    app = server.streamable_http_app(json_response="--json" in sys.argv)
    listening = socket.create_server(("127.0.0.1", 0))
    tell(url=f"http://127.0.0.1:{listening.getsockname()[1]}/mcp")
    config = uvicorn.Config(Door(app, token, "--legacy" in sys.argv), log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])


main()
