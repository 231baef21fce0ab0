"""Values as JSON text: as the service would write them, within limits, and without its keys."""

import json
import math
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, cast

MOST_CHARACTERS = 200_000
MOST_DEPTH = 60
MASK = "\u2022\u2022\u2022"
LONG_SECRET = 16
"""One that is so long is also found inside of other text; a short one could be a word."""

Encode = Callable[[Any], bytes]


class Secrets:
    """Texts that nobody is to see."""

    def __init__(self) -> None:
        self._whole: set[str] = set()
        self._inside: re.Pattern[str] | None = None

    def add(self, secrets: Iterable[str]) -> None:
        """Hides these as well."""
        fresh = {each for each in secrets if each} - self._whole
        if fresh:
            self._whole |= fresh
            long = sorted((each for each in self._whole if len(each) >= LONG_SECRET), key=len, reverse=True)
            self._inside = re.compile("|".join(map(re.escape, long))) if long else None

    def mask(self, text: str) -> str:
        """The text without them."""
        if text in self._whole:
            return MASK
        return text if self._inside is None else self._inside.sub(MASK, text)


def json_text(value: Any, encode: Encode, secrets: Secrets) -> tuple[str, bool]:
    """The value as JSON, and whether something of it was cut. It is read once and never raises."""
    copy = _Copy(encode, secrets)
    try:
        return json.dumps(copy.of(value, 0)), copy.is_cut
    except Exception as error:  # what a value does while it is read is not ours
        return json.dumps(f"<{type(value).__name__}: {type(error).__name__} while it was read>"), True


class _Copy:
    """Copies a value into what JSON has, until so many characters are used up."""

    def __init__(self, encode: Encode, secrets: Secrets) -> None:
        self._encode = encode
        self._secrets = secrets
        self._left = MOST_CHARACTERS
        self._around: set[int] = set()
        self.is_cut = False

    def of(self, value: Any, depth: int) -> Any:
        match value:
            case None | bool():
                self._left -= 5
                return value
            case str():
                return self._text(value)
            case int():
                self._left -= 20
                return int(value)
            case float():
                self._left -= 20
                return float(value) if math.isfinite(value) else None
            case dict() | list() | tuple():
                return self._container(cast("Collection[Any]", value), depth)
            case _:
                return self._other(value, depth)

    def _text(self, value: str) -> str:
        if len(value) > self._left:
            self.is_cut = True
            # A key that is cut in two would not be found.
            value = value[: max(self._left, 0) + 1_000]
            value = self._secrets.mask(value)[: max(self._left, 0)]
        else:
            value = self._secrets.mask(value)
        self._left -= len(value) + 4
        return value

    def _container(self, value: Collection[Any], depth: int) -> Any:
        identity = id(value)
        if identity in self._around or depth >= MOST_DEPTH:
            self.is_cut = True
            return "<itself>" if identity in self._around else "<too deep>"
        self._around.add(identity)
        try:
            if isinstance(value, dict):
                return self._dict(cast("dict[Any, Any]", value), depth)
            copied: list[Any] = []
            for each in list(value):
                if self._left <= 0:
                    self.is_cut = True
                    break
                copied.append(self.of(each, depth + 1))
            return copied
        finally:
            self._around.discard(identity)

    def _dict(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        for key, each in list(value.items()):
            if self._left <= 0:
                self.is_cut = True
                break
            copied[self._text(key if isinstance(key, str) else str(key))] = self.of(each, depth + 1)
        return copied

    def _other(self, value: Any, depth: int) -> Any:
        """What a function of the project may return beside: models, dates, dataclasses."""
        try:
            plain: Any = json.loads(self._encode(value))
        except Exception:
            self._left -= 40
            return f"<{type(value).__name__}: no JSON form>"
        return self.of(plain, depth + 1)
