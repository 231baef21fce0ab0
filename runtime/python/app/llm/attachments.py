"""Images and files that a function returns for the model to look at.

    def photo_of(product: str) -> Image:
        return Image.of((PHOTOS / f"{product}.jpg").read_bytes(), media_type="image/jpeg")

A function that the model calls may return one, or a list that mixes them with text and other values.
https://platform.openai.com/docs/guides/images-vision, https://platform.openai.com/docs/guides/pdf-files
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, cast

from app.llm.types import JsonObject
from app.runtime.events import encode

Detail = Literal["auto", "low", "high"]


@dataclass(frozen=True, slots=True)
class Image:
    """An image by its address, which OpenAI fetches, or by its content as a data URL.

    `detail` is how closely the model looks, which is also what it costs: "low" is 85 tokens or so.
    """

    url: str
    detail: Detail = "auto"

    @classmethod
    def of(cls, content: bytes, *, media_type: str = "image/png", detail: Detail = "auto") -> Self:
        """An image of this content: PNG, JPEG, WebP or GIF."""
        return cls(_data_url(content, media_type), detail)

    def part(self) -> JsonObject:
        """It as a part of a message."""
        return {"type": "image_url", "image_url": {"url": self.url, "detail": self.detail}}

    def shown(self) -> JsonObject:
        """What the caller of a run is told of it, which is not the whole content."""
        return {"type": "image", **_described(self.url)}


@dataclass(frozen=True, slots=True)
class File:
    """A file, such as a PDF, by its name and its content as a data URL."""

    filename: str
    url: str

    @classmethod
    def of(cls, content: bytes, *, filename: str, media_type: str = "application/pdf") -> Self:
        """A file of this content."""
        return cls(filename, _data_url(content, media_type))

    def part(self) -> JsonObject:
        """It as a part of a message."""
        return {"type": "file", "file": {"filename": self.filename, "file_data": self.url}}

    def shown(self) -> JsonObject:
        """What the caller of a run is told of it, which is not the whole content."""
        return {"type": "file", "filename": self.filename, **_described(self.url)}


def attachments_in(value: Any) -> list[Any] | None:
    """What a function returned as a list, if there are images or files in it; None if there are none."""
    returned: Sequence[Any] = cast("Sequence[Any]", value) if isinstance(value, list | tuple) else [value]
    return list(returned) if any(isinstance(one, Image | File) for one in returned) else None


def as_parts(returned: Sequence[Any]) -> list[JsonObject]:
    """The parts of a message that show these values to the model; what is no text goes as JSON.

    Raises:
        TypeError, ValueError, RecursionError: a value has no JSON form.
    """
    return [one.part() if isinstance(one, Image | File) else {"type": "text", "text": _text(one)} for one in returned]


def shown(returned: Sequence[Any]) -> list[Any]:
    """The values as the caller of a run is told them."""
    return [one.shown() if isinstance(one, Image | File) else one for one in returned]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()


def _data_url(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _described(url: str) -> JsonObject:
    head, comma, content = url.partition(",")
    if not head.startswith("data:") or not comma:
        return {"url": url}
    padding = len(content) - len(content.rstrip("="))
    return {"media_type": head[5:].partition(";")[0], "bytes": len(content) * 3 // 4 - padding}
