"""PDF files, page by page."""

from io import BytesIO

from app.retrieval.formats import Format, Page, Reading, Unreadable


def read_pdf(content: bytes, reading: Reading) -> list[Page]:
    """The text of each page that has some.

    Raises:
        Unreadable: it is encrypted, or holds no text.
    """
    import pypdf  # noqa: PLC0415  # only the process that reads documents loads it
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415

    try:
        reader = pypdf.PdfReader(BytesIO(content))
        # What only its owner may change can be read by all.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("it is encrypted")
        title = str(reader.metadata.title or "").strip() if reader.metadata is not None else ""
        pages: list[Page] = []
        left = reading.most_characters
        for number, page in enumerate(reader.pages, 1):
            pages.append(Page(page.extract_text(), title or None, number))
            left -= len(pages[-1].text)
            if left < 0:
                break
    except DependencyError as error:
        raise Unreadable("it is encrypted") from error
    except PyPdfError as error:
        raise Unreadable("it is no sound PDF") from error
    if not any(page.text.strip() for page in pages):
        raise Unreadable("it holds no text, as a scan does")
    return pages


PDF_FILES = Format("pdf", (".pdf",), read_pdf)
