"""Answers that are a file, which a workflow has as base64."""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import quote

from app.runtime.context import Reply
from app.runtime.raw_answers import PAGE_POLICY, AnswerUnsendable, raw_response

_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, and those that let a name look like another."""
_NO_TOKEN = re.compile(r"[^ !#$&+.0-9A-Z^_`a-z{}~()\[\]@=,;'-]")
_LONGEST = 120


def file_answer(
    content: str,
    filename: str = "download",
    content_type: str = "application/octet-stream",
    *,
    inline: bool = False,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An answer that is a file: its content as base64, or as a `data:` address in base64. Browsers save it as
    `filename`; with `inline` they show it, and let nothing in it run.

    Raises:
        AnswerUnsendable: the content is no base64, or a header cannot be sent.
    """
    own = file_headers(filename, inline=inline)
    response = raw_response(_decoded(content), content_type, status, {**own, **(headers or {})})
    return Reply(content, status, response)


def file_headers(filename: str, *, inline: bool) -> dict[str, str]:
    """How browsers save a file, or show it and let nothing in it run."""
    own = {"content-disposition": _disposition(filename, inline=inline)}
    return {**own, "content-security-policy": f"{PAGE_POLICY}; sandbox"} if inline else own


def _decoded(content: str) -> bytes:
    head, comma, rest = content[:200].partition(",")
    if comma and head.startswith("data:") and head.endswith(";base64"):
        content = rest + content[200:]
    try:
        return base64.b64decode(content.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise AnswerUnsendable("The content of a file is no base64.") from None


def _disposition(filename: str, *, inline: bool) -> str:
    """What the file is called, as data: https://www.rfc-editor.org/rfc/rfc6266#section-4.3 and its appendix D."""
    name = _NO_NAME.sub("", re.split(r"[/\\]", filename)[-1]).strip(" .")
    stem, dot, ending = name.rpartition(".")
    name = f"{stem[: _LONGEST - len(ending)]}{dot}{ending}" if dot and len(ending) <= 10 else name[:_LONGEST]
    plain = _NO_TOKEN.sub("_", name or "download")
    kind = f'{"inline" if inline else "attachment"}; filename="{plain}"'
    return kind if plain == name or not name else f"{kind}; filename*=UTF-8''{quote(name, safe='')}"
