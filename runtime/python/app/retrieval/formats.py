"""What a kind of document is: what its files are called, and how its text is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from app.retrieval.errors import DocumentUnusable


class Page(msgspec.Struct):
    """The text of a document, or of one of its pages; headings are marked as in Markdown."""

    text: str
    title: str | None = None
    page: int | None = None


class Reading(msgspec.Struct):
    """How documents are read: texts that are not UTF-8 in `encoding`, and no more than so many characters of one."""

    encoding: str = "windows-1252"
    most_characters: int = 10_000_000


class Unreadable(Exception):
    """Why a document cannot be read, in words that a person understands."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document. `is_apart` says that reading it is left to a process of its own."""

    kind: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, Reading], list[Page]]
    is_apart: bool = True


def format_of(name: str, formats: Sequence[Format]) -> Format | None:
    """Of which of these formats a file of that name is."""
    lower = name.lower()
    return next((each for each in formats if lower.endswith(each.suffixes)), None)


@dataclass(frozen=True, slots=True)
class Original:
    """A document as it was given: `source` is what it is called, for answers that point at it."""

    source: str
    format: Format
    content: bytes

    def documents(self, pages: Sequence[Page]) -> list[dict[str, Any]]:
        """Its pages as a workflow has them."""
        stem = self.source.rpartition("/")[2].rpartition(".")[0] or self.source
        return [
            {"text": page.text, "source": self.source, "title": page.title or stem, "page": page.page}
            for page in pages
            if page.text.strip()
        ]


def refused(source: str, problem: str) -> DocumentUnusable:
    """The error when a document cannot be read."""
    return DocumentUnusable(f"`{source}` cannot be read: {problem}.", source=source, problem=problem)
