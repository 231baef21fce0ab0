"""A part of a conversation as it is kept."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """Messages that belong together. Numbers of later turns are higher."""

    number: int
    messages: list[dict[str, Any]]
