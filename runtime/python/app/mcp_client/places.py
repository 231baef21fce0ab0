"""Where in an event stream a client could go on: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from dataclasses import dataclass

from app.llm.stream import SSEDecoder

_LEAST_SECONDS, _MOST_SECONDS = 0.1, 30.0


@dataclass(slots=True)
class Place:
    """The id of the last whole event, empty where a server gives none, and how long to wait before going on there."""

    last_id: bytes = b""
    wait_seconds: float = 1.0


class FollowedEvents(SSEDecoder):
    """Notes the place besides."""

    __slots__ = ("_id", "_place")

    def __init__(self, max_event_bytes: int, place: Place) -> None:
        super().__init__(max_event_bytes)
        self._place = place
        self._id = place.last_id

    def _interpret(self, lines: list[bytes]) -> list[tuple[bytes, bytes]]:
        for line in lines:
            field, _, rest = line.partition(b":")
            value = rest.removeprefix(b" ")
            if not line:
                self._place.last_id = self._id
            elif field == b"id" and b"\0" not in value:
                self._id = value
            elif field == b"retry" and value.isdigit():
                self._place.wait_seconds = min(max(int(value[:9]) / 1000, _LEAST_SECONDS), _MOST_SECONDS)
        return super()._interpret(lines)
