"""Prints the tools of an MCP server as a line of JSON: `python -m app.mcp_client.describe NAME`."""

import asyncio
import sys
from typing import Any

from app.mcp_client.server import McpServer, McpSettings
from app.mcp_client.session import McpSession
from app.outside.client import OutsideClient
from app.outside.errors import RequestTimeout
from app.runtime.context import Secrets
from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.settings import Settings


async def tools_of(name: str) -> list[dict[str, Any]]:
    """What the server says of each of its tools.

    Raises:
        ServiceError: it cannot be asked.
    """
    settings = McpSettings.load()
    client = OutsideClient(Settings.load())
    target = McpServer(name).target(Secrets(), allow_plain=client.settings.allow_private_addresses)
    try:
        async with asyncio.timeout(settings.mcp_timeout_seconds):
            session = await McpSession.open(target, client, settings.mcp_max_bytes)
            tools = await session.tools()
            await session.aclose()
            return tools
    except TimeoutError:
        raise RequestTimeout(f"The MCP server {name} did not answer in time.") from None
    finally:
        await client.aclose()


def main() -> None:
    """Prints `{"tools": […]}`, or `{"problem": {…}}` where the server cannot be asked."""
    try:
        said: dict[str, Any] = {"tools": asyncio.run(tools_of(sys.argv[1]))}
    except ServiceError as error:
        said = {"problem": error.problem()}
    sys.stdout.write(encode(said).decode() + "\n")


if __name__ == "__main__":
    main()
