"""What requests to other services send."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import httpx2

from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.expressions import as_text


class BodyUnusable(ServiceError, code="body_unusable", title="Body unusable"):
    """What a request is to send cannot be written down so."""

    hint = "Correct the node's `body` or `headers`, or the values that its expressions read."


class Body(Protocol):
    """The body of a request."""

    def request(self, method: str, url: httpx2.URL, headers: dict[str, str]) -> httpx2.Request:
        """A request with it."""
        ...


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value as a body."""

    value: Any

    def request(self, method: str, url: httpx2.URL, headers: dict[str, str]) -> httpx2.Request:
        """A request with it."""
        return httpx2.Request(
            method, url, headers={"content-type": "application/json", **headers}, content=encode(self.value)
        )


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form; null is left out, of a list each item is sent."""

    fields: Mapping[str, Any]

    def request(self, method: str, url: httpx2.URL, headers: dict[str, str]) -> httpx2.Request:
        """A request with them, in `application/x-www-form-urlencoded`."""
        return httpx2.Request(method, url, headers=headers, data=_texts(self.fields))


@dataclass(frozen=True, slots=True)
class Text:
    """A text as a body; the headers may say of what kind."""

    text: Any

    def request(self, method: str, url: httpx2.URL, headers: dict[str, str]) -> httpx2.Request:
        """A request with it."""
        sent = {"content-type": "text/plain; charset=utf-8", **headers}
        return httpx2.Request(method, url, headers=sent, content=as_text(self.text).encode())


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a multipart body: a text, or bytes in Base64."""

    filename: str
    content: Any = ""
    base64: Any = None
    content_type: str = "application/octet-stream"

    def as_file(self) -> tuple[str, bytes, str]:
        """Name, bytes and type.

        Raises:
            ServiceError: it is no Base64.
        """
        if self.base64 is None:
            return self.filename, as_text(self.content).encode(), self.content_type
        try:
            return self.filename, base64.b64decode(as_text(self.base64), validate=True), self.content_type
        except (binascii.Error, ValueError):
            raise BodyUnusable(f"The file {self.filename} is no Base64.") from None


@dataclass(frozen=True, slots=True)
class Multipart:
    """Fields and files, as a form in a browser sends them; null is left out, of a list each item is sent."""

    parts: Mapping[str, Any]

    def request(self, method: str, url: httpx2.URL, headers: dict[str, str]) -> httpx2.Request:
        """A request with them, in `multipart/form-data`: https://www.rfc-editor.org/rfc/rfc7578."""
        files: list[tuple[str, Any]] = []
        for name, part in self.parts.items():
            if isinstance(part, Part):
                files.append((name, part.as_file()))
            elif part is not None:
                fields = (as_text(item).encode() for item in as_items(part) if item is not None)
                files.extend((name, (None, field)) for field in fields)
        return httpx2.Request(method, url, headers=headers, files=files)


def as_items(value: Any) -> list[Any]:
    """The items of a list; what is none is one."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _texts(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a form sends, by field; null is left out."""
    return {
        name: [as_text(item) for item in as_items(value) if item is not None]
        for name, value in fields.items()
        if value is not None
    }


def header_text(name: str, value: Any) -> str:
    """The value of a header, without the white space around it, which is no part of one:
    https://www.rfc-editor.org/rfc/rfc9110#section-5.5.

    Raises:
        BodyUnusable: it cannot stand in one.
    """
    text = as_text(value).strip(" \t")
    if any((character < " " and character != "\t") or character == "\x7f" for character in text) or not text.isascii():
        raise BodyUnusable(f"The header {name} holds characters that HTTP does not allow.")
    return text
