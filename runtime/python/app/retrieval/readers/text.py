"""Texts and Markdown: bytes in some encoding."""

import codecs

from app.retrieval.formats import Format, Page, Reading, Unreadable
from app.retrieval.headings import heading_of

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TITLE_WITHIN = 2000


def decoded(content: bytes, otherwise: str) -> str:
    """The text of some bytes: by its byte order mark, else as UTF-8, else in the encoding `otherwise`.

    Raises:
        Unreadable: it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, "replace")
            break
    else:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = _in_other(content, otherwise)
    if "\0" in text:
        raise Unreadable("it is no text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _in_other(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding, "replace")
    except LookupError:  # a page may declare an encoding that is none
        return content.decode("windows-1252", "replace")


def read_text(content: bytes, reading: Reading) -> list[Page]:
    """A text as it is."""
    return [Page(decoded(content, reading.encoding))]


def read_markdown(content: bytes, reading: Reading) -> list[Page]:
    """Markdown as it is, with its first heading as its title."""
    text = decoded(content, reading.encoding)
    headings = map(heading_of, text[:_TITLE_WITHIN].splitlines())
    return [Page(text, next((heading[1] for heading in headings if heading is not None), None))]


TEXT_FILES = Format("text", (".txt", ".text"), read_text, is_apart=False)
MARKDOWN_FILES = Format("markdown", (".md", ".markdown"), read_markdown, is_apart=False)
