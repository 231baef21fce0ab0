"""Answers that are files, and the names under which browsers save them."""

import pytest

from app.runtime.file_answers import file_answer
from app.runtime.raw_answers import AnswerUnsendable


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("report.pdf", 'filename="report.pdf"'),
        ("Bericht März.pdf", "filename=\"Bericht M_rz.pdf\"; filename*=UTF-8''Bericht%20M%C3%A4rz.pdf"),
        ("../../etc/passwd", 'filename="passwd"'),
        ("C:\\Windows\\win.ini", 'filename="win.ini"'),
        ('a"; filename="b.exe', "filename=\"a_; filename=_b.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe"),
        ("a\r\nset-cookie: x=1", "filename=\"aset-cookie_ x=1\"; filename*=UTF-8''aset-cookie%3A%20x%3D1"),
        ("invoice\u202efdp.exe", 'filename="invoicefdp.exe"'),
        ("100%.txt", "filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        (" .hidden. ", 'filename="hidden"'),
        ("", 'filename="download"'),
        ("\ud800", 'filename="download"'),
        ("x" * 500 + ".pdf", f'filename="{"x" * 117}.pdf"'),
    ],
)
def test_names(name: str, told: str) -> None:
    response = file_answer("aGk=", filename=name).response
    assert response is not None
    assert response.headers["content-disposition"] == f"attachment; {told}"
    assert response.body == b"hi"


def test_a_file_that_is_shown_runs_nothing() -> None:
    response = file_answer("data:text/html;base64,aGk=", content_type="text/html", inline=True).response
    assert response is not None
    assert response.headers["content-disposition"].startswith("inline")
    assert response.headers["content-security-policy"].endswith("; sandbox")
    assert response.body == b"hi"


@pytest.mark.parametrize("content", ["no base64", "aGk", "a?==", "\u00e9", "data:text/html,hi"])
def test_what_is_no_base64(content: str) -> None:
    with pytest.raises(AnswerUnsendable):
        file_answer(content)
