"""Answers that are no envelope: a text of any kind, JSON alone, or the way to another address."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.responses import Response

from app.runtime.context import Reply
from app.runtime.errors import ServiceError
from app.runtime.events import encode

_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_ADDRESS = re.compile(r"[!-\[\]-~\u0080-\U0010ffff][ -\[\]-~\u0080-\U0010ffff]*")
"""Without line breaks and backslashes, which browsers leave out and read as slashes."""
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; form-action 'self'"


class AnswerUnsendable(ServiceError, code="answer_unsendable", title="Answer cannot be sent"):
    """A header of the answer holds what headers cannot, or a redirect leads to a host that is not allowed."""

    hint = "Look at the values that the headers and the address of the response are made of."


def text_answer(
    text: str | None,
    content_type: str = "text/plain; charset=utf-8",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An answer that is a text, empty where a model said nothing (None). A page may load and run nothing unless its
    headers allow it.

    Raises:
        AnswerUnsendable: a header cannot be sent.
    """
    own = {"content-security-policy": PAGE_POLICY} if content_type.startswith("text/html") else {}
    return Reply(text, status, raw_response((text or "").encode(), content_type, status, {**own, **(headers or {})}))


def json_answer(
    value: Any,
    content_type: str = "application/json",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An answer that is the value as JSON and nothing around it.

    Raises:
        AnswerUnsendable: a header cannot be sent.
        TypeError, ValueError, RecursionError: the value has no JSON form.
    """
    return Reply(value, status, raw_response(encode(value), content_type, status, headers or {}))


def redirect(
    address: str,
    *,
    hosts: Sequence[str] = (),
    status: int = 303,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Leads to a path of this service, or to an address at one of some hosts.

    Raises:
        AnswerUnsendable: it would lead elsewhere, or a header cannot be sent.
    """
    if not _leads_to(address, hosts):
        raise AnswerUnsendable("A redirect leads to a host that the workflow does not name.")
    location = quote(address, safe=":/%#?=@[]!$&'()*+,;~")
    return Reply(address, status, raw_response(b"", None, status, {**(headers or {}), "location": location}))


def _leads_to(address: str, hosts: Sequence[str]) -> bool:
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        scheme, host, *_ = urlsplit(address)
    except ValueError:
        return False
    if not scheme and not host:
        return address.startswith("/") and not address.startswith("//")
    return scheme in ("http", "https") and host.lower() in hosts


def raw_response(body: bytes, content_type: str | None, status: int, headers: Mapping[str, str]) -> Response:
    """An answer with headers of a workflow.

    Raises:
        AnswerUnsendable: a header cannot be sent.
    """
    kind = {} if content_type is None else {"content-type": content_type}
    return Response(body, status, {**kind, **checked_headers(headers)})


def checked_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of an answer, which can be sent; of several with one name the last.

    Raises:
        AnswerUnsendable: one cannot.
    """
    for name, value in headers.items():
        if _UNSENDABLE.search(value) or not value.isascii():
            raise AnswerUnsendable(f"The header {name} has a line break, or a character that headers cannot have.")
    return {name.lower(): value for name, value in headers.items()}
