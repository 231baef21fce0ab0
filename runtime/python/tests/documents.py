"""Documents for tests, sound ones and others."""

import io
import zipfile
from functools import cache
from typing import Any

import docx
import pypdf
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject


def docx_of(title: str, *paragraphs: str) -> bytes:
    """A Word document with a heading, paragraphs, a list and a table."""
    document: Any = docx.Document()
    document.add_heading(title, 1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.add_paragraph("first", style="List Bullet")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "left", "right"
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def pdf_of(*pages: str, title: str = "", password: str | None = None, owner: str | None = None) -> bytes:
    """A PDF with a line of text on each page."""
    writer: Any = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(300, 300)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    if title:
        writer.add_metadata({"/Title": title})
    if password is not None or owner is not None:
        writer.encrypt(password or "", owner, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@cache
def zip_bomb(megabytes: int) -> bytes:
    """A Word document whose text unpacks to so much."""
    sound = zipfile.ZipFile(io.BytesIO(docx_of("Bomb")))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name in sound.namelist():
            if name != "word/document.xml":
                made.writestr(name, sound.read(name))
        with made.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(sound.read("word/document.xml"))
            for _ in range(megabytes):
                part.write(b" " * 1_000_000)
    return written.getvalue()


def entity_bomb() -> bytes:
    """A Word document whose entities stand for a billion letters."""
    entities = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE w [{entities}]>'
    return with_document_xml(
        f"{text}<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    )


def with_document_xml(text: str) -> bytes:
    """A Word document whose main part is that text."""
    sound = zipfile.ZipFile(io.BytesIO(docx_of("Other")))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name in sound.namelist():
            made.writestr(name, text if name == "word/document.xml" else sound.read(name))
    return written.getvalue()


def endless_pdf() -> bytes:
    """A PDF whose pages lead in a circle."""
    return (
        b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type /Pages /Kids [2 0 R] /Count 1>> endobj\ntrailer <</Root 1 0 R>>"
    )
