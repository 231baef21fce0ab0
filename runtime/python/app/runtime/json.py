"""JSON as the service writes it."""

from typing import Any

import msgspec
from pydantic import BaseModel


def _plain(value: Any) -> Any:
    """Values that functions of the project may return and that msgspec does not know."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")


encode = msgspec.json.Encoder(enc_hook=_plain).encode
"""Encodes a value as JSON bytes; TypeError when it has no JSON form."""
