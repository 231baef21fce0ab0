"""Server-sent events as bytes.

A stream consists of `token`, `function_call_delta`, `function_call` and `usage` events and ends with exactly one `done`
or `error`. https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from typing import Any

from app.runtime.json import encode

PING = b": ping\n\n"
"""A comment, which clients ignore, so that nobody on the way takes the silence for an end."""


def frame(event: str, data: dict[str, Any]) -> bytes:
    """One event with its data as one line of JSON."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), encode(data))


class TokenFrames:
    """Makes the `token` events of one node: everything but the text is put together once."""

    __slots__ = ("_suffix",)

    def __init__(self, node: str) -> None:
        self._suffix = b',"node":%b}\n\n' % encode(node)

    def one(self, text: str) -> bytes:
        """The event for one piece of text."""
        return b'event: token\ndata: {"text":' + encode(text) + self._suffix
