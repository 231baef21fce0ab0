"""The `partial` events of a JSON answer that is streamed."""

import re
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from app.llm.types import Piece
from app.runtime.events import MakeFrame, Place, frame

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\]+')
_ATOM = re.compile(r"[-+.0-9A-Za-z]+")
_DEEPEST = 200


class PartialJson:
    """Takes the text piece by piece; `value()` is what is known, `NOTHING` before the value has begun.

    Text that is no JSON ends the reading quietly: what is wrong is for the check of the whole answer to say.
    """

    __slots__ = ("_broken", "_expect", "_key", "_pieces", "_rest", "_root", "_stack", "characters")

    NOTHING: Any = msgspec.UNSET

    def __init__(self) -> None:
        self.characters = 0
        """How many have been taken."""
        self._root: Any = PartialJson.NOTHING
        self._stack: list[Any] = []
        self._expect = "value"
        self._key = ""
        self._pieces: list[str] = []
        self._rest = ""
        self._broken = False

    @property
    def is_complete(self) -> bool:
        """Whether the value has come to its end: an object, an array or a string that is closed."""
        return self._expect == "end" and not self._broken

    def feed(self, text: str) -> None:
        """Takes the next piece, cut anywhere."""
        self.characters += len(text)
        if self._broken:
            return
        # What is kept for later is part of an escape only, so joining it stays cheap.
        text = self._rest + text
        self._rest = ""
        at = 0
        try:
            while at < len(text):
                at = self._step(text, at)
        except (ValueError, RecursionError):
            self._broken = True

    def value(self) -> Any:
        """The value so far; it goes on growing, so use it before the next `feed()`."""
        if self._expect == "string" and self._pieces:
            text = "".join(self._pieces)
            self._pieces = [text]
            self._put(text)
        return self._root

    def _step(self, text: str, at: int) -> int:
        """Reads one token or part of one from `at`; where the next begins."""
        match self._expect:
            case "string" | "key":
                return self._in_string(text, at)
            case "atom":
                return self._in_atom(text, at)
            case _:
                found = _SPACE.match(text, at)
                at = at if found is None else found.end()
                if at < len(text):
                    self._token(text[at])
                    # An atom has no opening mark: its first character belongs to it.
                    at += self._expect != "atom"
                return at

    def _token(self, mark: str) -> None:
        expect = self._expect
        if expect == "colon" and mark == ":":
            self._expect = "value"
        elif expect == "comma" and mark == ",":
            self._expect = "name" if isinstance(self._stack[-1], dict) else "value"
        elif expect in ("name", "name_or_end") and mark == '"':
            self._expect = "key"
        elif (expect in ("name_or_end", "value_or_end", "comma")) and mark in "}]":
            if isinstance(self._stack[-1], dict) != (mark == "}"):
                raise ValueError("the other bracket")
            self._stack.pop()
            self._expect = "comma" if self._stack else "end"
        elif expect in ("value", "value_or_end"):
            self._begin(mark)
        else:
            raise ValueError("unexpected character")

    def _begin(self, mark: str) -> None:
        match mark:
            case '"':
                self._expect = "string"
                self._open("")
            case "{" | "[":
                if len(self._stack) == _DEEPEST:
                    raise ValueError("too deep")
                container: Any = {} if mark == "{" else []
                self._open(container)
                self._stack.append(container)
                self._expect = "name_or_end" if mark == "{" else "value_or_end"
            case _:
                self._expect = "atom"

    def _in_string(self, text: str, at: int) -> int:
        plain = _PLAIN.match(text, at)
        if plain is not None:
            self._pieces.append(plain.group())
            return plain.end()
        if text[at] == '"':
            whole = "".join(self._pieces)
            self._pieces = []
            if self._expect == "key":
                self._key = whole
                self._expect = "colon"
            else:
                self._put(whole)
                self._expect = "comma" if self._stack else "end"
            return at + 1
        length = _escape_length(text, at)
        if length > len(text) - at:
            self._rest = text[at:]
            return len(text)
        self._pieces.append(msgspec.json.decode(f'"{text[at : at + length]}"'))
        return at + length

    def _in_atom(self, text: str, at: int) -> int:
        found = _ATOM.match(text, at)
        if found is not None:
            self._pieces.append(found.group())
            return found.end()
        atom: Any = msgspec.json.decode("".join(self._pieces))
        self._pieces = []
        self._open(atom)
        self._expect = "comma" if self._stack else "end"
        return at

    def _open(self, value: Any) -> None:
        """A value begins: in an array it takes a new place."""
        if self._stack and isinstance(self._stack[-1], list):
            cast("list[Any]", self._stack[-1]).append(value)
        else:
            self._put(value)

    def _put(self, value: Any) -> None:
        if not self._stack:
            self._root = value
        elif isinstance(self._stack[-1], list):
            self._stack[-1][-1] = value
        else:
            self._stack[-1][self._key] = value


def _escape_length(text: str, at: int) -> int:
    """How long the escape at `at` is, or more than there is when it is not complete; surrogates go in pairs."""
    if text[at + 1 : at + 2] != "u":
        return 2
    high = text[at + 2 : at + 4].lower() in ("d8", "d9", "da", "db")
    return 12 if high else 6


_GROWTH = 16


class PartialFrames:
    """Encodes the value as it grows.

    Each event holds the value from its beginning, so a large one is sent again only when its text has grown by a
    sixteenth: all events together then stay within a constant multiple of the answer.
    """

    __slots__ = ("_frame", "_last", "_place", "_reader", "_sent")

    def __init__(self, place: Place, make_frame: MakeFrame = frame) -> None:
        self._frame = make_frame
        self._place = place
        self._reader = PartialJson()
        self._sent = 0
        self._last = b""

    def after(self, events: Sequence[Piece]) -> bytes:
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
        event = self._frame("partial", {**self._place, "value": value})
        if event == self._last:
            return b""
        self._last = event
        return event
