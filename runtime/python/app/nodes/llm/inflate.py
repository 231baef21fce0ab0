"""Decompression of an answer as it arrives, for servers that compress although we ask them not to."""

import zlib

from app.runtime.errors import StreamInterrupted, StreamMalformed

_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_GZIP_BEGINS = b"\x1f\x8b"
_LARGEST_STEP = 1024 * 1024


class Inflater:
    """Turns gzip or zlib bytes, cut anywhere, into what they hold.

    gzip may come in several members, one after the other (RFC 1952, 2.2); what follows and is none is passed over.
    """

    __slots__ = ("_after", "_zlib")

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_ZLIB_OR_GZIP)
        # What has come after the last member, as far as another may begin in it.
        self._after = b""

    def feed(self, received: bytes) -> bytes:
        """What the next bytes hold; an empty argument says that there are no more.

        Raises:
            StreamInterrupted: the end comes too early.
            StreamMalformed: the bytes are broken, or hold far more than an answer can.
        """
        if not received:
            if not self._zlib.eof:
                raise StreamInterrupted("The compressed answer was cut off.")
            return b""
        plain = b""
        while received:
            if self._zlib.eof:
                received = self._next_member(received)
            room = _LARGEST_STEP - len(plain)
            if not received:
                break
            try:
                plain += self._zlib.decompress(received, room) if room else b""
            except zlib.error:
                raise StreamMalformed("The answer's compression is broken.") from None
            if self._zlib.unconsumed_tail or not room:
                raise StreamMalformed("The answer unpacks to far more than was sent.")
            received = self._zlib.unused_data
        return plain

    def _next_member(self, received: bytes) -> bytes:
        """The bytes from the start of the next member on; none where it has not begun."""
        start = (self._after + received).lstrip(b"\0")
        if start.startswith(_GZIP_BEGINS):
            self._after = b""
            self._zlib = zlib.decompressobj(_ZLIB_OR_GZIP)
            return start
        self._after = start[:1]
        return b""
