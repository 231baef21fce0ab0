"""Documents of a folder and of a run: all kinds, encodings, paths that lead elsewhere, documents made to do harm."""

import asyncio
import base64
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.retrieval.documents import LoadDocuments
from app.retrieval.errors import DocumentsNotFound, DocumentUnusable, PathRefused, TooManyDocuments
from app.retrieval.readers.docx import DOCX_FILES
from app.retrieval.readers.html import HTML_FILES
from app.retrieval.readers.pdf import PDF_FILES
from app.retrieval.readers.text import MARKDOWN_FILES, TEXT_FILES
from app.runtime.context import ExecutionContext, open_context
from tests.documents import docx_of, endless_pdf, entity_bomb, pdf_of, with_document_xml, zip_bomb

ALL = (TEXT_FILES, MARKDOWN_FILES, HTML_FILES, PDF_FILES, DOCX_FILES)
LOAD = LoadDocuments(node="load", formats=ALL)
SKIP = LoadDocuments(node="load", formats=ALL, skip_broken=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    monkeypatch.setenv("DOCUMENTS_PATH", str(made))
    return made


@pytest.fixture
async def ctx(folder: Path) -> AsyncIterator[ExecutionContext]:
    async with open_context() as opened:
        yield opened


def fill(folder: Path, **files: bytes | str) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


async def text_of(ctx: ExecutionContext, content: bytes, name: str, node: LoadDocuments = LOAD) -> str:
    loaded = await node.read(ctx, encoded=base64.b64encode(content).decode(), name=name)
    return "\f".join(document["text"] for document in loaded["documents"])


async def test_every_kind_of_a_folder(ctx: ExecutionContext, folder: Path) -> None:
    fill(
        folder,
        a_dot_txt="plain",
        b_dot_md="intro\n\n## The title ##\n\ntext",
        deep__er__c_dot_HTML="<title> A\n page </title><h1>Top</h1><p>One <b>bold</b><br>line</p>",
        d_dot_pdf=pdf_of("First page", "Second page", title="Paper"),
        e_dot_docx=docx_of("Word", "A paragraph"),
        f_dot_bin=b"\0",
        _dot_hidden_dot_md="no",
        _dot_git__x_dot_md="no",
    )
    loaded = await LOAD.read(ctx)
    assert loaded["files"] == 5
    assert loaded["broken"] == []
    assert loaded["documents"] == [
        {"text": "plain", "source": "a.txt", "title": "a", "page": None},
        {"text": "intro\n\n## The title ##\n\ntext", "source": "b.md", "title": "The title", "page": None},
        {"text": "First page", "source": "d.pdf", "title": "Paper", "page": 1},
        {"text": "Second page", "source": "d.pdf", "title": "Paper", "page": 2},
        {
            "text": "# Word\n\nA paragraph\n\n- first\n\nleft | right",
            "source": "e.docx",
            "title": "Word",
            "page": None,
        },
        {"text": "# Top\n\nOne bold\nline", "source": "deep/er/c.HTML", "title": "A page", "page": None},
    ]
    assert [each["source"] for each in (await LOAD.read(ctx, "deep"))["documents"]] == ["deep/er/c.HTML"]
    assert (await LOAD.read(ctx, "a.txt"))["files"] == 1
    flat = LoadDocuments(node="load", formats=(HTML_FILES,), recursive=False)
    assert await flat.read(ctx) == {"documents": [], "broken": [], "files": 0}
    assert ctx.node_timings["load"] > 0


ENCODED = [
    ("Grün € naïve".encode(), "Grün € naïve"),
    ("\ufeffGrün".encode(), "Grün"),
    ("Grün".encode("utf-16"), "Grün"),
    (b"\xfe\xff" + "Grün".encode("utf-16-be"), "Grün"),
    (b"Gr\xfcn \x80 na\xefve", "Grün € naïve"),
    (b"a\r\nb\rc\n", "a\nb\nc\n"),
]


@pytest.mark.parametrize(("content", "expected"), ENCODED)
async def test_encodings(ctx: ExecutionContext, content: bytes, expected: str) -> None:
    assert await text_of(ctx, content, "x.txt") == expected


async def test_other_encodings(ctx: ExecutionContext) -> None:
    russian = LoadDocuments(node="load", formats=ALL, encoding="windows-1251")
    assert await text_of(ctx, "привет".encode("windows-1251"), "x.txt", russian) == "привет"
    page = '<meta charset="shift_jis"><p>日本'.encode("shift_jis")
    assert await text_of(ctx, page, "x.html") == "日本"
    assert await text_of(ctx, b'<meta charset="no-such"><p>\xfc', "x.html") == "ü"
    assert await text_of(ctx, b'<meta charset="zip"><p>\xfc', "x.html") == "ü"


async def test_html_as_it_is_seen(ctx: ExecutionContext) -> None:
    page = b"""<html><head><title>T</title><style>p {}</style><script>var a = "<p>x</p>"</script></head><body>
    <nav>Menu</nav><!-- comment --><p hidden>hidden</p><noscript>no</noscript><template><p>t</p></template>
    <h2>Head <i>line</i></h2><div>a</div><div>b</div><ul><li>one<li>two</ul>
    <pre>x\n  y</pre><table><tr><th>k<th>v<tr><td>1<td>2</table><p onclick="evil()">end &amp; &lt;end&gt;<img alt="x">
    <footer>foot</footer>"""
    assert await text_of(ctx, page, "x.htm") == (
        "## Head line\n\na\n\nb\n\n- one\n- two\n\nx\n  y\n\nk | v |\n\n1 | 2 |\n\nend & <end>"
    )


async def test_a_document_of_the_run(ctx: ExecutionContext) -> None:
    loaded = await LOAD.read(ctx, content="# Note\n\ntext", name="note.md")
    assert loaded["documents"] == [{"text": "# Note\n\ntext", "source": "note.md", "title": "Note", "page": None}]
    assert (await LOAD.read(ctx, content="text"))["documents"][0]["source"] == "document"
    encoded = "data:application/pdf;base64," + base64.encodebytes(pdf_of("Hello")).decode()
    assert (await LOAD.read(ctx, encoded=encoded, name="x.PDF"))["documents"][0]["text"] == "Hello"


async def test_a_document_of_the_run_reads_no_file(ctx: ExecutionContext, folder: Path) -> None:
    fill(folder, secret_dot_txt="secret")
    loaded = await LOAD.read(ctx, content="mine", name="../documents/secret.txt")
    assert [document["text"] for document in loaded["documents"]] == ["mine"]


LEADING_OUT = [
    "..",
    "../outside",
    "a/../../outside",
    "/etc",
    "\\etc",
    "..\\outside",
    "a\\..\\..\\x",
    "C:\\x",
    "C:x",
    "//server/share",
    "x\0y",
    "a/..",
]


@pytest.mark.parametrize("path", LEADING_OUT)
async def test_paths_that_lead_out(ctx: ExecutionContext, folder: Path, path: str) -> None:
    (folder.parent / "outside").mkdir()
    (folder.parent / "outside" / "x.txt").write_text("secret")
    (folder / "a").mkdir()
    with pytest.raises(PathRefused) as refused:
        await LOAD.read(ctx, path)
    assert refused.value.node == "load"
    assert str(folder) not in str(refused.value.problem())


async def test_links_that_lead_out(ctx: ExecutionContext, folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    fill(folder, own_dot_txt="own")
    (folder / "inside.txt").symlink_to(folder / "own.txt")
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "dangling.txt").symlink_to(outside / "nothing.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "round").symlink_to(folder)
    for path in ("linked", "linked/secret.txt", "file.txt"):
        with pytest.raises(PathRefused):
            await LOAD.read(ctx, path)
    with pytest.raises(DocumentUnusable, match="leads out"):
        await LOAD.read(ctx)
    loaded = await SKIP.read(ctx)
    assert [document["source"] for document in loaded["documents"]] == ["inside.txt", "own.txt"]
    assert loaded["broken"] == [{"source": "file.txt", "problem": "it is a link that leads out of the folder"}]


async def test_what_is_no_file(ctx: ExecutionContext, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    assert await LOAD.read(ctx) == {"documents": [], "broken": [], "files": 0}
    for path in ("nothing", "nothing.txt", "x" * 5000):
        with pytest.raises(DocumentsNotFound):
            await LOAD.read(ctx, path)


async def test_no_folder(ctx: ExecutionContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCUMENTS_PATH", str(tmp_path / "none"))
    async with open_context() as other:
        with pytest.raises(DocumentsNotFound, match="does not exist"):
            await LOAD.read(other)


BROKEN: list[tuple[str, Callable[[], bytes], str]] = [
    ("x.txt", lambda: b"a\0b", "it is no text"),
    ("x.pdf", lambda: b"", "it is no sound PDF"),
    ("x.pdf", lambda: b"%PDF-1.7\ngarbage", "it is no sound PDF"),
    ("x.pdf", lambda: pdf_of("text")[:300], "sound"),
    ("x.pdf", lambda: pdf_of("text", password="secret"), "it is encrypted"),
    ("x.pdf", lambda: pdf_of(""), "it holds no text"),
    ("x.pdf", endless_pdf, ""),
    ("x.docx", lambda: b"PK\x03\x04", "it is no sound DOCX"),
    ("x.docx", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "it is encrypted"),
    ("x.docx", lambda: docx_of("A")[:-200], "it is no sound DOCX"),
    ("x.docx", lambda: with_document_xml("<a"), "sound"),
    ("x.docx", lambda: zip_bomb(210), "it unpacks to far more"),
    ("x.docx", entity_bomb, ""),
    ("x.rtf", lambda: b"", "by the end of its name"),
]


@pytest.mark.parametrize(("name", "content", "problem"), BROKEN)
async def test_broken_documents(ctx: ExecutionContext, name: str, content: Callable[[], bytes], problem: str) -> None:
    encoded = base64.b64encode(content()).decode()
    with pytest.raises(DocumentUnusable) as unusable:
        await LOAD.read(ctx, encoded=encoded, name=name)
    assert problem in unusable.value.details["problem"]
    assert unusable.value.details["source"] == name


async def test_broken_ones_are_named_and_the_rest_is_read(ctx: ExecutionContext, folder: Path) -> None:
    fill(folder, a_dot_pdf=b"%PDF-", b_dot_pdf=pdf_of("Sound"), c_dot_docx=zip_bomb(210), d_dot_docx=docx_of("Sound"))
    loaded = await SKIP.read(ctx)
    assert [document["source"] for document in loaded["documents"]] == ["b.pdf", "d.docx"]
    assert [each["source"] for each in loaded["broken"]] == ["a.pdf", "c.docx"]
    with pytest.raises(DocumentUnusable, match=r"a\.pdf"):
        await LOAD.read(ctx)


async def test_a_pdf_that_only_its_owner_may_change_is_read(ctx: ExecutionContext) -> None:
    assert await text_of(ctx, pdf_of("Open", owner="secret"), "x.pdf") == "Open"


async def test_no_base64(ctx: ExecutionContext) -> None:
    with pytest.raises(DocumentUnusable, match="no Base64"):
        await LOAD.read(ctx, encoded="???", name="x.pdf")


async def test_limits(ctx: ExecutionContext, folder: Path) -> None:
    fill(folder, a_dot_txt="aaaa", b_dot_txt="bbbb")
    with pytest.raises(TooManyDocuments, match="more than 1 doc"):
        await LoadDocuments(node="load", formats=ALL, max_files=1).read(ctx)
    with pytest.raises(DocumentUnusable, match="more than 3 bytes"):
        await LoadDocuments(node="load", formats=ALL, max_bytes=3).read(ctx)
    with pytest.raises(DocumentUnusable, match="more than 3 bytes"):
        await LoadDocuments(node="load", formats=ALL, max_bytes=3).read(ctx, encoded="A" * 1000, name="x.pdf")
    with pytest.raises(TooManyDocuments, match="more than 7 characters"):
        await LoadDocuments(node="load", formats=ALL, max_characters=7).read(ctx)


async def test_a_document_that_takes_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCUMENT_TIMEOUT_SECONDS", "0.05")
    fill(folder, a_dot_pdf=pdf_of(*("text " * 200 for _ in range(400))), b_dot_txt="fine")
    async with open_context() as ctx:
        started = time.monotonic()
        loaded = await SKIP.read(ctx)
        assert time.monotonic() - started < 10
    assert [document["source"] for document in loaded["documents"]] == ["b.txt"]
    assert loaded["broken"] == [{"source": "a.pdf", "problem": "it takes longer than 0.05 s"}]


async def test_cancelled_in_the_middle_no_process_is_left(ctx: ExecutionContext, folder: Path) -> None:
    fill(folder, a_dot_pdf=pdf_of(*("text " * 200 for _ in range(400))))
    running = asyncio.create_task(LOAD.read(ctx))
    for _ in range(500):
        await asyncio.sleep(0.01)
        if _children():
            break
    await asyncio.sleep(0.1)
    assert _children()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert _children() == []


def _children() -> list[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return [pid for each in tasks for pid in each.read_text().split() if _is_reader(pid)]


def _is_reader(pid: str) -> bool:
    try:
        return "reader_process" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


async def test_a_hostile_document_keeps_nobody_waiting(ctx: ExecutionContext, folder: Path) -> None:
    fill(folder, a_dot_pdf=pdf_of(*("text " * 50 for _ in range(100))))
    running = asyncio.create_task(LOAD.read(ctx))
    longest, last = 0.0, time.thread_time()
    while not running.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, last = max(longest, now - last), now
        await asyncio.sleep(0.005)
    assert longest < 0.1
    assert len((await running)["documents"]) == 100


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes there")
async def test_memory_of_a_large_folder_is_bounded(ctx: ExecutionContext, folder: Path) -> None:
    for number in range(150):
        (folder / f"{number}.txt").write_bytes(b"word " * 200_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooManyDocuments, match="10,000,000 characters"):
        await LOAD.read(ctx)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
