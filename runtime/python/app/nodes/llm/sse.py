"""Decoder for server-sent events, without I/O.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

BOM = b"\xef\xbb\xbf"
LF, CR = b"\n"[0], b"\r"[0]


class EventTooLarge(Exception):
    """A single event is larger than the limit given to the decoder."""


class SSEDecoder:
    """Turns the bytes of a response, cut anywhere, into `(event name, data)` pairs, both as bytes.

    The event name is empty unless the server sent one. `id:` and `retry:` are ignored: a completion cannot be resumed.
    What is left over at the end of the input is an event that was never finished and is dropped, as the standard says.
    """

    __slots__ = (
        "_after_cr",
        "_before_bom",
        "_between_events",
        "_data",
        "_max_bytes",
        "_name",
        "_size",
        "_unfinished",
    )

    def __init__(self, max_event_bytes: int) -> None:
        self._max_bytes = max_event_bytes
        self._size = 0
        self._name = b""
        self._data: list[bytes] = []
        # Pieces of a line are collected and joined once, so that a long line that comes in many reads stays linear.
        self._unfinished: list[bytes] = []
        self._after_cr = False
        self._before_bom: bytes | None = b""
        # Whether the next byte begins an event; not so at the very start, where a byte order mark may come.
        self._between_events = False

    def feed(self, chunk: bytes) -> list[tuple[bytes, bytes]]:
        """Takes the next bytes and gives the events that they complete.

        Raises:
            EventTooLarge: an event grows beyond the limit, complete or not.
        """
        # Most reads are whole events, and most of these one event of one line.
        if self._between_events and chunk and chunk[-1] == LF:
            lines = chunk.splitlines()
            if not lines[-1]:
                if len(lines) == 2 and lines[0][:6] == b"data: ":
                    return [(b"", lines[0][6:])]
                return self._interpret(lines)
        return self._feed_cut(chunk)

    def _feed_cut(self, chunk: bytes) -> list[tuple[bytes, bytes]]:
        """As `feed()`, for bytes that begin or end anywhere."""
        if self._before_bom is not None:
            chunk = self._without_bom(self._before_bom + chunk)
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[0] == LF:  # the second half of a CRLF that was cut in two
                chunk = chunk[1:]
        if not chunk:
            return []
        self._size += len(chunk)
        # bytes.splitlines() knows CR, LF and CRLF and, unlike str.splitlines(), nothing else.
        lines = chunk.splitlines()
        last = chunk[-1]
        rest = b""
        if last == CR:
            self._after_cr = True
        elif last != LF:
            rest = lines.pop()
        events: list[tuple[bytes, bytes]] = []
        if lines:
            if self._unfinished:
                lines[0] = b"".join((*self._unfinished, lines[0]))
                self._unfinished.clear()
            events = self._interpret(lines)
            if events:
                self._size = len(rest)
        if rest:
            self._unfinished.append(rest)
        self._between_events = not (rest or self._data or self._name or self._after_cr)
        if self._between_events:
            self._size = 0
        elif self._size > self._max_bytes and not events:
            raise EventTooLarge
        return events

    def _without_bom(self, start: bytes) -> bytes:
        """Drops a byte order mark at the very start of the stream, which may come in pieces."""
        if len(start) < len(BOM) and BOM.startswith(start):
            self._before_bom = start
            return b""
        self._before_bom = None
        return start.removeprefix(BOM)

    def _interpret(self, lines: list[bytes]) -> list[tuple[bytes, bytes]]:
        name, data = self._name, self._data
        events: list[tuple[bytes, bytes]] = []
        for line in lines:
            if line[:6] == b"data: ":
                data.append(line[6:])
            elif not line:
                if data:
                    events.append((name, data[0] if len(data) == 1 else b"\n".join(data)))
                    data.clear()
                name = b""
            elif line[:7] == b"event: ":
                name = line[7:]
            else:
                field, _, value = line.partition(b":")
                if field == b"data":
                    data.append(value.removeprefix(b" "))
                elif field == b"event":
                    name = value.removeprefix(b" ")
        self._name = name
        return events
