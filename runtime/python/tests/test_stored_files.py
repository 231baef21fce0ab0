"""Answers that are files of a folder: whole, in parts, not at all."""

import os
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Query, Request, Response
from pydantic import BaseModel

from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app, respond
from app.runtime.stored_files import stored_file
from tests.service import Service, StartService

CONTENT = bytes(range(256)) * 1000


class Wanted(BaseModel):
    path: str


async def run(ctx: ExecutionContext, wanted: Wanted) -> Reply:
    headers = {"Cache-Control": "private, no-cache"}
    return await stored_file(ctx, "REPORTS", wanted.path, "image/png", inline=True, headers=headers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder beside which there is a secret, with ways to it."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "reports-of-others").mkdir()
    (tmp_path / "reports-of-others" / "a.bin").write_text("secret")
    folder = tmp_path / "reports"
    (folder / "2026" / ".git").mkdir(parents=True)
    (folder / "2026" / "März.bin").write_bytes(CONTENT)
    (folder / "2026" / ".git" / "config").write_text("secret")
    (folder / ".env").write_text("secret")
    (folder / "empty").write_bytes(b"")
    (folder / "out").symlink_to(tmp_path)
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "round").symlink_to("round")
    (folder / "latest.bin").symlink_to("2026/März.bin")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture
def service(folder: Path, environment: pytest.MonkeyPatch, start_service: StartService) -> Service:
    environment.setenv("REPORTS", str(folder))
    app = create_app(title="files", env=["REPORTS"])

    async def get(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
        return respond(request, run, wanted, workflow="files", stream="never", kinds=("image/png",))

    async def post(request: Request, wanted: Wanted) -> Response:
        return respond(request, run, wanted, workflow="files", stream="never", kinds=("image/png",))

    app.add_api_route("/", get, methods=["GET"])
    app.add_api_route("/", post, methods=["POST"])
    return start_service(app)


def ask(service: Service, path: str = "2026/März.bin", **headers: str) -> Any:
    return service.client.get("/", params={"path": path}, headers={"accept": "*/*", **headers})


def test_the_whole_file(service: Service) -> None:
    for answer in (ask(service), service.client.post("/", json={"path": "latest.bin"}, headers={"range": "bytes=1-2"})):
        assert (answer.status_code, answer.content) == (200, CONTENT)
        assert answer.headers["content-length"] == str(len(CONTENT))
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["content-security-policy"].endswith("; sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "filename*=UTF-8''M%C3%A4rz.bin" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=255990-999999999999999999", slice(255990, None)),
        ("bytes = 0-1", None),
        ("bytes=9-1", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("lines=0-1", None),
        ("bytes=0-1,9-1", None),
        (f"bytes={'9' * 5000}-", None),
    ],
)
def test_parts(service: Service, asked: str, part: slice | None) -> None:
    answer = ask(service, range=asked)
    assert answer.status_code == (200 if part is None else 206)
    assert answer.content == CONTENT[part or slice(None)]


def test_several_parts_and_none_that_is_there(service: Service) -> None:
    answer = ask(service, range="bytes=0-1, 10-11")
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert b"\r\n\r\n\x00\x01\r\n--" in answer.content
    for path, asked in (("2026/März.bin", f"bytes={len(CONTENT)}-"), ("empty", "bytes=0-"), ("empty", "bytes=-1")):
        answer = ask(service, path, range=asked)
        assert answer.status_code == 416
        assert answer.json()["status"] == 416
        assert answer.headers["content-range"].startswith("bytes */")
        assert answer.headers["content-type"] == "application/problem+json"
    assert ask(service, "empty").content == b""


def test_who_has_it_already(service: Service, folder: Path) -> None:
    first = ask(service)
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"if-none-match": f'"x", W/{tag}'}, {"if-none-match": "*"}, {"if-modified-since": changed}):
        answer = ask(service, **headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert ask(service, **{"if-range": tag, "range": "bytes=0-1"}).status_code == 206
    (folder / "2026" / "März.bin").write_bytes(b"another")
    assert ask(service, **{"if-none-match": tag}).content == b"another"
    # The rest of another file would not fit what is there.
    assert ask(service, **{"if-range": tag, "range": "bytes=2-"}).content == b"another"


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "/",
        "2026",
        "none.bin",
        "../secret.txt",
        "2026/../../secret.txt",
        "2026/../2026/März.bin",
        "../reports-of-others/a.bin",
        "..\\secret.txt",
        "2026\\..\\..\\secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "C:\\Windows\\win.ini",
        "C:secret.txt",
        "out/secret.txt",
        "out.txt",
        "out/reports/2026/März.bin",
        "round",
        "round/x",
        "pipe",
        ".env",
        "2026/.git/config",
        "2026\\.git\\config",
        "empty/x",
        "a\0b",
        "%2e%2e/secret.txt",
        "x" * 5000,
        "x/" * 3000,
        "~/secret.txt",
        "\x7f",
    ],
)
def test_no_path_leads_out(service: Service, folder: Path, path: str) -> None:
    answer = ask(service, path)
    if path == "out/reports/2026/März.bin":
        # By a way around, and inside of the folder.
        assert answer.content == CONTENT
        return
    assert answer.status_code == 404
    problem = answer.json()
    assert problem["code"] == "stored_file_missing"
    assert "secret" not in answer.text
    assert str(folder) not in answer.text


def test_an_absolute_path_of_the_folder_is_refused(service: Service, folder: Path) -> None:
    assert ask(service, str(folder / "empty")).status_code == 404


@pytest.mark.parametrize("value", ["", "/nowhere/at/all", __file__])
def test_no_folder(value: str, environment: pytest.MonkeyPatch, start_service: StartService) -> None:
    environment.setenv("REPORTS", value)
    app = create_app(title="files", env=["REPORTS"])

    async def get(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
        return respond(request, run, wanted, workflow="files", stream="never")

    app.add_api_route("/", get, methods=["GET"])
    answer = ask(start_service(app))
    assert answer.status_code == 500
    assert answer.json()["code"] in ("folder_missing", "missing_env")
    assert __file__ not in answer.text
