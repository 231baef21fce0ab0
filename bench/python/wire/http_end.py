"""Where the body of an HTTP answer ends, for answers of which little is read."""

import re

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class BodyEnd:
    """Follows one answer: either its head has a content-length, or its body is chunked (RFC 9112, 6.3)."""

    __slots__ = ("_head", "_left", "_tail")

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self._left: int | None = None
        self._tail = b""

    def reached_by(self, data: bytes) -> bool:
        """Takes the next bytes; whether they complete the answer."""
        if self._head is not None:
            head, found, body = (self._head + data).partition(b"\r\n\r\n")
            if not found:
                self._head = head
                return False
            self._head = None
            length = _LENGTH.search(head)
            self._left = int(length[1]) if length else None
            data = body
        if self._left is not None:
            self._left -= len(data)
            return self._left <= 0
        self._tail = data[-5:] if len(data) >= 5 else (self._tail + data)[-5:]
        return self._tail == b"0\r\n\r\n"
