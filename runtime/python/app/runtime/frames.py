"""Server-sent events as bytes.

A stream consists of `token`, `function_call_delta`, `function_call` and `usage` events and ends with exactly one `done`
or `error`. https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import Iterable
from typing import Any

from app.runtime.json import encode

PING = b": ping\n\n"
"""A comment, which clients ignore, so that nobody on the way takes the silence for an end."""


def frame(event: str, data: dict[str, Any]) -> bytes:
    """One event with its data as one line of JSON."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), encode(data))


class CallFrames:
    """Makes the `function_call_delta` events of one node: all but the arguments is put together once per call."""

    __slots__ = ("_before", "_call", "_node")

    def __init__(self, node: str) -> None:
        self._node = encode(node)
        self._call: tuple[str, str] | None = None
        self._before = b""

    def one(self, call_id: str, name: str, arguments: str) -> bytes:
        """The event for a piece of a call's arguments."""
        if self._call != (call_id, name):
            self._call = call_id, name
            self._before = b'event: function_call_delta\ndata: {"node":%b,"id":%b,"name":%b,"arguments":' % (
                self._node,
                encode(call_id),
                encode(name),
            )
        return self._before + encode(arguments) + b"}\n\n"


class TokenFrames:
    """Makes the `token` events of one node: everything but the text is put together once."""

    __slots__ = ("_after", "_before", "_between")

    def __init__(self, node: str) -> None:
        self._before = b'event: token\ndata: {"text":'
        self._after = b',"node":%b}\n\n' % encode(node)
        self._between = self._after + self._before

    def one(self, text: str) -> bytes:
        """The event for one piece of text."""
        return self._before + encode(text) + self._after

    def many(self, texts: Iterable[str]) -> bytes:
        """One event for each piece of text; there has to be one."""
        return self._before + self._between.join(map(encode, texts)) + self._after
