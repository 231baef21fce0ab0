"""Word documents: paragraphs, lists and tables in their order, with headings marked as in Markdown."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from app.retrieval.formats import Format, Page, Reading, Unreadable

# A document of a thousand pages unpacks to some tens of megabytes.
_MOST_UNPACKED = 200_000_000
_MOST_PARTS = 10_000
_HEADING = re.compile(r"Heading ([1-9])$")


def read_docx(content: bytes, reading: Reading) -> list[Page]:
    """The text of a document.

    Raises:
        Unreadable: it is encrypted, none, or unpacks to far more than a document has.
    """
    import docx  # noqa: PLC0415  # only the process that reads documents loads it

    _check(content)
    try:
        document: Any = docx.Document(BytesIO(content))
        blocks = list(_blocks(document))
        title = str(document.core_properties.title or "").strip()
    except (KeyError, ValueError, AttributeError, SyntaxError, BadZipFile) as error:
        raise Unreadable("it is no sound DOCX") from error
    heading = next((block.lstrip("# ") for block in blocks if block.startswith("#")), None)
    return [Page("\n\n".join(blocks), title or heading)]


def _check(content: bytes) -> None:
    # An encrypted document is no ZIP file: https://learn.microsoft.com/openspecs/office_file_formats/ms-offcrypto
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("it is encrypted, or of an older Word")
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("it is no sound DOCX") from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Unreadable("it unpacks to far more than a document has")


def _blocks(document: Any) -> Iterator[str]:
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            rows = (" | ".join(cell.text.replace("\n", " ").strip() for cell in row.cells) for row in item.rows)
            text = "\n".join(rows)
        else:
            text = _paragraph(item)
        if text.strip():
            yield text


def _paragraph(item: Any) -> str:
    text: str = item.text.strip()
    style: str = "" if item.style is None else item.style.name or ""
    heading = _HEADING.match(style)
    if not text:
        return ""
    if heading is not None:
        return f"{'#' * min(int(heading.group(1)), 6)} {text}"
    if style == "Title":
        return f"# {text}"
    return f"- {text}" if style.startswith("List") else text


DOCX_FILES = Format("docx", (".docx",), read_docx)
