"""Decompression of an answer as it arrives, for servers that compress although we ask them not to."""

import zlib

from app.runtime.errors import StreamInterrupted, StreamMalformed

_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_LARGEST_STEP = 1024 * 1024


class Inflater:
    """Turns gzip or zlib bytes, cut anywhere, into what they hold."""

    __slots__ = ("_zlib",)

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_ZLIB_OR_GZIP)

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
        try:
            plain = self._zlib.decompress(received, _LARGEST_STEP)
        except zlib.error:
            raise StreamMalformed("The answer's compression is broken.") from None
        if self._zlib.unconsumed_tail:
            raise StreamMalformed("The answer unpacks to far more than was sent.")
        return plain
