"""A scripted upstream server: it answers each request with exactly the bytes, pauses and cuts that a test wants."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from app.llm.providers.anthropic import AnthropicAccount
from app.llm.providers.openai import OpenAIAccount
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.context import ExecutionContext, open_context
from app.runtime.settings import Settings

CONFIG: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Say hello."}]}

Step = bytes | float | str | asyncio.Event
"""Bytes to send, seconds or an event to wait for, or "reset" to cut the connection hard; after the last step the
connection closes.
"""


class Upstream:
    """A running server. `requests` are the bodies it got, `connections` how many it accepted.

    `client_gone` is set when a client leaves before its script has ended.
    """

    def __init__(self, scripts: Sequence[Sequence[Step]]) -> None:
        self._scripts = list(scripts)
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.connections = 0
        self.url = ""
        self.client_gone = asyncio.Event()

    def play(self, *scripts: Sequence[Step]) -> None:
        """Answers the requests that follow by these scripts, and all further ones by the last."""
        self._scripts = [self._scripts[0]] * len(self.requests) + list(scripts)

    async def asked(self, requests: int = 1) -> None:
        """Returns once so many requests have come."""
        while len(self.requests) < requests:  # noqa: ASYNC110 - a request is no event
            await asyncio.sleep(0.005)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await self._read_request(reader):
                self.heads.append(head)
                script = self._scripts[min(len(self.requests), len(self._scripts)) - 1]
                if not await self._play(script, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            self.client_gone.set()
        finally:
            writer.close()

    async def _read_request(self, reader: asyncio.StreamReader) -> str:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.lower().split("\r\n") if line.startswith("content-length")
        )
        self.requests.append(json.loads(await reader.readexactly(length)))
        return head

    async def _play(self, script: Sequence[Step], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for step in script:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif step == "reset":
                writer.transport.abort()
                return False
            elif step == "keep":
                return True
            elif isinstance(step, float | asyncio.Event):
                gone = asyncio.create_task(reader.read(1))
                over = asyncio.create_task(asyncio.sleep(step) if isinstance(step, float) else step.wait())
                await asyncio.wait([gone, over], return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    self.client_gone.set()
                over.cancel()
                gone.cancel()
                await asyncio.gather(gone, over, return_exceptions=True)
                if self.client_gone.is_set():
                    return False
        return False


@asynccontextmanager
async def upstream(
    *scripts: Sequence[Step], listener: socket.socket | None = None, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Upstream]:
    """Runs a server that plays one script per request, the last one again and again.

    With `listener` it is at that socket's address, which stays open when the server ends.
    """
    running = Upstream(scripts)
    listening = socket.create_server(("127.0.0.1", 0)) if listener is None else listener.dup()
    server = await asyncio.start_server(running.handle, sock=listening, ssl=tls)
    running.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{listening.getsockname()[1]}/v1"
    try:
        yield running
    finally:
        server.close()


def context_for(url: str, **settings: Any) -> AbstractAsyncContextManager[ExecutionContext]:
    """A context whose calls go to that server, independent of the environment."""
    account = OpenAIAccount.model_validate({"openai_api_key": "sk-test", "openai_base_url": url})
    claude = AnthropicAccount.model_validate({"anthropic_api_key": "sk-test", "anthropic_base_url": url})
    return open_context(settings=Settings(**settings), accounts=[account, claude])


def head(status: str = "200 OK", content_type: str = "text/event-stream", **headers: str) -> bytes:
    """The head of an answer whose end is the end of the connection."""
    lines = [f"HTTP/1.1 {status}", f"content-type: {content_type}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def answer(status: str, body: bytes, content_type: str = "application/json", **headers: str) -> list[Step]:
    """A whole answer."""
    return [head(status, content_type, **headers) + body]


def problem(code: str | None, message: str = "words of the provider sk-secret", **more: Any) -> bytes:
    """The body of an OpenAI error."""
    return json.dumps(
        {"error": {"message": message, "type": "some_error", "param": None, "code": code, **more}}
    ).encode()


def event(payload: Any) -> bytes:
    """One event as OpenAI sends it."""
    return b"data: " + json.dumps(payload).encode() + b"\n\n"


def chunk(delta: Any = None, finish_reason: str | None = None, **more: Any) -> bytes:
    """One completion chunk."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-x", "choices": [choice], **more})


def text(content: str) -> bytes:
    """A chunk with a piece of text."""
    return chunk({"content": content})


def call_delta(**call: Any) -> bytes:
    """A chunk with a piece of a tool call."""
    return chunk({"tool_calls": [call]})


USAGE = {
    "prompt_tokens": 9,
    "completion_tokens": 2,
    "total_tokens": 11,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 1},
}
FINISH = chunk({}, "stop")
USAGE_CHUNK = event({"id": "chatcmpl-1", "model": "gpt-x", "choices": [], "usage": USAGE})
DONE = b"data: [DONE]\n\n"
HELLO = text("Hel") + text("lo") + FINISH + USAGE_CHUNK + DONE


def whole(message: dict[str, Any], finish_reason: str | None = "stop", **more: Any) -> bytes:
    """A completion in one piece."""
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": finish_reason}
    return json.dumps({"id": "chatcmpl-1", "model": "gpt-x", "choices": [choice], "usage": USAGE, **more}).encode()
