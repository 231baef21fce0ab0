"""What is sent to MCP servers and comes back, as JSON-RPC over streamable HTTP.

https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx2
import msgspec

from app.mcp_client.places import FollowedEvents, Place
from app.outside.errors import AnswerTooLarge, AnswerUnusable
from app.runtime.bodies import media_type
from app.runtime.events import encode

JsonObject = dict[str, Any]

NEWEST = "2026-07-28"
"""The version in which each request stands for itself."""
BEFORE = ("2025-11-25", "2025-06-18", "2025-03-26")
"""Those that begin with `initialize`, the newest first."""

METHOD_NOT_FOUND = -32601
CLIENT = {"name": "catalyst", "version": "1.0.0"}

_META = "io.modelcontextprotocol/"


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages go, and what every one of them has in its head; `server` is what messages call it."""

    server: str
    url: httpx2.URL
    headers: dict[str, str]

    def post(self, message: JsonObject, headers: Mapping[str, str]) -> httpx2.Request:
        """A request with a message."""
        told = {"accept": "application/json, text/event-stream", "content-type": "application/json", **headers}
        return httpx2.Request("POST", self.url, headers=self._head(told), content=encode(message))

    def get(self, headers: Mapping[str, str]) -> httpx2.Request:
        """A request for the rest of a stream."""
        return httpx2.Request("GET", self.url, headers=self._head({"accept": "text/event-stream", **headers}))

    def delete(self, headers: Mapping[str, str]) -> httpx2.Request:
        """A request that ends a session."""
        return httpx2.Request("DELETE", self.url, headers=self._head(headers))

    def _head(self, headers: Mapping[str, str]) -> dict[str, str]:
        # What is unpacked here could be larger than anything that was sent.
        return {"host": self.url.netloc.decode(), "accept-encoding": "identity", **self.headers, **headers}


def standing_alone(params: JsonObject) -> JsonObject:
    """The parameters of a request of the newest version, which say who asks."""
    about = {"protocolVersion": NEWEST, "clientInfo": CLIENT, "clientCapabilities": JsonObject()}
    return {**params, "_meta": {f"{_META}{name}": value for name, value in about.items()}}


async def messages(server: str, response: httpx2.Response, max_bytes: int, place: Place) -> AsyncIterator[JsonObject]:
    """The messages of an answer, as they come: one, or those of an event stream, which notes its place.

    Raises:
        AnswerTooLarge: they are longer than `max_bytes` together.
        AnswerUnusable: they are no messages.
    """
    kind = media_type(response.headers)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise AnswerUnusable(f"The MCP server {server} answered with a packed body, which nobody asked for.")
    pieces = _limited(server, response, max_bytes)
    if kind == "application/json":
        yield _message(server, b"".join([piece async for piece in pieces]))
    elif kind == "text/event-stream":
        decoder = FollowedEvents(max_bytes, place)
        async for piece in pieces:
            for _, text in decoder.feed(piece):
                # One without data only says where a client could go on.
                if text:
                    yield _message(server, text)
    else:
        raise AnswerUnusable(f"The MCP server {server} answered with something else than JSON and events.")


async def _limited(server: str, response: httpx2.Response, max_bytes: int) -> AsyncIterator[bytes]:
    length = 0
    async for piece in response.aiter_raw():
        length += len(piece)
        if length > max_bytes:
            raise AnswerTooLarge(
                f"The MCP server {server} answered with more than {max_bytes:,} bytes.",
                hint="Have the tool give less, or raise MCP_MAX_BYTES.",
            )
        yield piece


def _message(server: str, text: bytes) -> JsonObject:
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        message = None
    if not isinstance(message, dict) or cast("JsonObject", message).get("jsonrpc") != "2.0":
        raise AnswerUnusable(f"The MCP server {server} answered with something that is no message of JSON-RPC 2.0.")
    return cast("JsonObject", message)
