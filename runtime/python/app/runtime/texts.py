"""What expressions do with texts where Python has no plain form of it, or the types are not known before."""

import html
import math
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from app.runtime.errors import ExpressionError
from app.runtime.expressions import is_number, kind_of
from app.runtime.lists import check_whole


def replace(value: Any, old: Any, new: Any) -> str:
    """With one text in the place of another, wherever it stands.

    Raises:
        ExpressionError: one of the three is no string.
    """
    return _text(value, "replace").replace(_text(old, "replace"), _text(new, "replace"))


def split(value: Any, separator: Any = None) -> list[str]:
    """The parts between a text, or between white space.

    Raises:
        ExpressionError: one of the two is no string, or the separator is empty.
    """
    if separator is None:
        return _text(value, "split").split()
    if separator == "":
        raise ExpressionError("A text cannot be split at nothing.")
    return _text(value, "split").split(_text(separator, "split"))


def truncate(value: Any, length: Any, ending: Any = "\u2026") -> str:
    """At most so many characters, the ending of what is cut among them.

    Raises:
        ExpressionError: an argument is of another type, or there is no room for the ending.
    """
    text, end = _text(value, "truncate"), _text(ending, "truncate")
    check_whole(length, "truncate")
    if length < len(end):
        raise ExpressionError("truncate takes a length that has room for the ending.")
    return text if len(text) <= length else text[: length - len(end)] + end


def starts_with(value: Any, start: Any) -> bool:
    """Whether a text begins with another.

    Raises:
        ExpressionError: one of the two is no string.
    """
    return _text(value, "starts_with").startswith(_text(start, "starts_with"))


def parse_json(value: Any) -> Any:
    """The value that a JSON text says.

    Raises:
        ExpressionError: it is no string, or no JSON, or nested too deep.
    """
    try:
        return msgspec.json.decode(_text(value, "parse_json"))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ExpressionError("parse_json takes JSON, which the text is not.") from error


def format_date(value: Any, form: str) -> str:
    """A date of ISO 8601 in another form (`strftime`), in its own time zone.

    Raises:
        ExpressionError: it is no string, or no such date.
    """
    try:
        return datetime.fromisoformat(_text(value, "format_date")).strftime(form)
    except ValueError:
        raise ExpressionError("format_date takes a date of ISO 8601, such as 2026-01-31T12:00:00Z.") from None


def to_fixed(value: Any, digits: int) -> str:
    """A number with so many decimals, a half to the even neighbour.

    Raises:
        ExpressionError: it is no number, or too large for one with decimals.
    """
    if not is_number(value):
        raise ExpressionError(f"to_fixed takes a number, not {kind_of(value)}.")
    try:
        if math.isfinite(value):
            return f"{value:.{digits}f}"
    except OverflowError:
        pass
    raise ExpressionError("to_fixed takes a number that a float can hold.")


def url_encode(value: Any) -> str:
    """For a part of an address.

    Raises:
        ExpressionError: it is no string.
    """
    return quote(_text(value, "url_encode"), safe="")


def html_escape(value: Any) -> str:
    """For HTML, attributes included; as `url_encode`."""
    return html.escape(_text(value, "html_escape"))


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ExpressionError(f"{name} takes a string, not {kind_of(value)}.")
    return value
