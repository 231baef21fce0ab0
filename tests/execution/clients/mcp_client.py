"""Calls a workflow that is served as an MCP tool with the official SDK; prints what it got as JSON.

`python mcp_client.py URL`
"""

import asyncio
import json
import sys
from typing import Any, Literal

from mcp.client.client import Client

Mode = Literal["auto", "legacy"]


async def called(url: str, mode: Mode) -> dict[str, Any]:
    heard: list[str] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        heard.append(message or "")

    async with Client(url, mode=mode) as client:
        [tool] = (await client.list_tools()).tools
        arguments = {"text": "Owls hunt at night.", "sentences": 3}
        answer = await client.call_tool("summarize", arguments, progress_callback=progress)
        quiet = await client.call_tool("summarize", arguments)
        wrong = await client.call_tool("summarize", {"text": 7})
        try:
            unknown = str(await client.call_tool("other", {}))
        except Exception as error:
            unknown = str(error)
        try:
            async with asyncio.timeout(0.4):
                await client.call_tool("summarize", {"text": "slow"}, progress_callback=progress)
            cancelled = False
        except TimeoutError:
            cancelled = True
        return {
            "version": client.session.protocol_version,
            "tool": {"name": tool.name, "takes": tool.input_schema["required"], "gives": tool.output_schema},
            "structured": answer.structured_content,
            "same": quiet.structured_content == answer.structured_content,
            "progress": "".join(heard),
            "wrong": [wrong.is_error, wrong.content[0].text],  # type: ignore
            "unknown": unknown,
            "cancelled": cancelled,
        }


async def main(url: str) -> None:
    print(json.dumps({"auto": await called(url, "auto"), "legacy": await called(url, "legacy")}))


asyncio.run(main(sys.argv[1]))
