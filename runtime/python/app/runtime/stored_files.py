"""Answers that are files of a folder of the operator, whole or in parts: https://www.rfc-editor.org/rfc/rfc9110#section-14"""

import asyncio
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Message, Receive, Scope, Send

from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.file_answers import file_headers
from app.runtime.folders import LeadsOut, path_below
from app.runtime.raw_answers import checked_headers

_RANGES = re.compile(r"bytes=[ \t]*(?:\d{1,18}-\d{0,18}|-\d{1,18})(?:[ \t]*,[ \t]*(?:\d{1,18}-\d{0,18}|-\d{1,18}))*")
_RANGE = re.compile(r"(\d+)-(\d+)")


class StoredFileMissing(ServiceError, code="stored_file_missing", title="No such file", status=404):
    """The folder of the operator has no file under the path that the answer names, or the path leads out of it."""

    hint = "Check the path: it is that of a file below the folder, with / between names that do not begin with a dot."
    for_caller = ()


class FolderMissing(ServiceError, code="folder_missing", title="Folder missing"):
    """The variable of a folder of files names none that can be read."""

    hint = "Set the variable to a folder that the service can read, and start the service again."
    for_operator = True


class PartMissing(ServiceError, code="part_missing", title="No such part", status=416):
    """The request asks for a part of a file that lies behind its end."""

    hint = "Ask for a part within the length that Content-Range tells, or for the whole file, without Range."
    for_caller = ()


async def stored_file(
    ctx: ExecutionContext,
    folder: str,
    path: str,
    content_type: str = "application/octet-stream",
    *,
    filename: str | None = None,
    inline: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An answer that is the file at a path below the folder that a variable names. Browsers save it as `filename`, or
    under its own name; with `inline` they show it, and let nothing in it run.

    Raises:
        StoredFileMissing: there is no such file, or the path leads out of the folder.
        MissingEnv, FolderMissing: the variable is not set, or names no folder that can be read.
        AnswerUnsendable: a header cannot be sent.
    """
    file, found = await asyncio.to_thread(_found, folder, ctx.env[folder], path)
    own = file_headers(filename or file.name, inline=inline)
    sent = checked_headers({**own, **(headers or {}), "content-type": content_type})
    return Reply(path, 200, _StoredFile(file, headers=sent, stat_result=found))


def _found(variable: str, folder: str, path: str) -> tuple[Path, os.stat_result]:
    root = Path(folder).resolve()
    if not folder or not root.is_dir():
        raise FolderMissing(f"{variable} names no folder that can be read.", variable=variable)
    try:
        if any(part.startswith(".") for part in re.split(r"[/\\]", path)):
            raise LeadsOut
        file = path_below(root, path)
        found = file.stat()
    except (LeadsOut, OSError):
        raise StoredFileMissing("There is no such file.") from None
    # A folder is none, and a pipe would never end.
    if not stat.S_ISREG(found.st_mode) or not os.access(file, os.R_OK):
        raise StoredFileMissing("There is no such file.")
    return file, found


class _StoredFile(FileResponse):
    """As Starlette's. Beyond that, who has the file already is told so, and ranges that are none do not count."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope)
        if scope["method"] == "GET" and StaticFiles().is_not_modified(self.headers, asked):
            await NotModifiedResponse(self.headers)(scope, receive, send)
            return
        if not _is_range(asked.get("range", "")):
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0] != b"range"]}
        problem = b""

        async def answer(message: Message) -> None:
            nonlocal problem
            if message.get("status") == 416:
                problem = encode(PartMissing("The file has no such part.").problem())
                kept = [each for each in message["headers"] if each[0] == b"content-range"]
                length = (b"content-length", b"%d" % len(problem))
                message = {**message, "headers": [*kept, (b"content-type", b"application/problem+json"), length]}
            elif problem:
                message = {**message, "body": problem}
            await send(message)

        await super().__call__(scope, receive, answer)


def _is_range(asked: str) -> bool:
    """Whether ranges are as RFC 9110, 14.1.1 has them; others are none."""
    return _RANGES.fullmatch(asked) is not None and all(
        int(first) <= int(last) for first, last in _RANGE.findall(asked)
    )
