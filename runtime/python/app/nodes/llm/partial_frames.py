"""The `partial` events of a JSON answer that is streamed."""

from collections.abc import Sequence
from typing import Any

from app.nodes.llm.openai_types import FunctionCallDelta
from app.nodes.llm.partial_json import PartialJson
from app.runtime.frames import frame

_GROWTH = 16


class PartialFrames:
    """Encodes the value as it grows.

    Each event holds the value from its beginning, so a large one is sent again only when its text has grown by a
    sixteenth: all events together then stay within a constant multiple of the answer.
    """

    __slots__ = ("_last", "_node", "_reader", "_sent")

    def __init__(self, node: str) -> None:
        self._node = node
        self._reader = PartialJson()
        self._sent = 0
        self._last = b""

    def after(self, events: Sequence[str | FunctionCallDelta]) -> bytes:
        """The event after what one read has brought; empty when there is nothing new worth sending."""
        reader = self._reader
        for event in events:
            if isinstance(event, str):
                reader.feed(event)
        if reader.characters - self._sent <= self._sent // _GROWTH:
            return b""
        value = reader.value()
        if value is PartialJson.NOTHING:
            return b""
        self._sent = reader.characters
        return self._event(value)

    def end(self, parsed: Any) -> bytes:
        """The event with the whole value, unless it was sent already."""
        return self._event(parsed)

    def _event(self, value: Any) -> bytes:
        event = frame("partial", {"node": self._node, "value": value})
        if event == self._last:
            return b""
        self._last = event
        return event
