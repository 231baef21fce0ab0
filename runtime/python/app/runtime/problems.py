"""From any exception of a run to the one error that its caller is told of, and what its operator is told beside."""

import functools
import logging
import traceback
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, cast

import msgspec

from app.runtime.errors import InternalError, MissingValue, ServiceError

WORKFLOWS = Path(__file__).parent.parent / "workflows"


class MappedExpression(msgspec.Struct):
    """Where an expression of the workflow file stands in the module."""

    text: str
    at: tuple[int, int, int, int]


class MappedPiece(msgspec.Struct):
    """Some lines of the module, and the node of the workflow file that they come from."""

    lines: int
    node: str | None = None
    expressions: tuple[MappedExpression, ...] = ()


class SourceMap(msgspec.Struct):
    """One module's map."""

    module_crc32: int
    pieces: list[MappedPiece]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workflow something happened; `node` and `expression` are None when the map cannot tell."""

    file: str
    line: int
    innermost: bool
    node: str | None = None
    expression: str | None = None


def find_place(error: BaseException) -> Place | None:
    """The innermost line of a workflow module that the error came through; None if there is none."""
    found: TracebackType | None = None
    innermost = False
    step = error.__traceback__
    while step is not None:
        if Path(step.tb_frame.f_code.co_filename).parent == WORKFLOWS:
            found = step
            innermost = step.tb_next is None
        step = step.tb_next
    if found is None:
        return None
    file = found.tb_frame.f_code.co_filename
    name = Path(file).name
    line = found.tb_lineno
    first, piece = _piece_at(line, _load(file))
    if piece is None or piece.node is None:
        return Place(name, line, innermost)
    start, end = _position(found.tb_frame.f_code, found.tb_lasti, line)
    expressions = [
        mapped for mapped in piece.expressions if _holds(mapped, (start[0] - first, start[1]), (end[0] - first, end[1]))
    ]
    text = min(expressions, key=_extent).text if expressions else None
    return Place(name, line, innermost, piece.node, text)


def _piece_at(line: int, pieces: Iterable[MappedPiece]) -> tuple[int, MappedPiece | None]:
    """The piece that a line of the module belongs to, and the line that it begins with."""
    first = 1
    for piece in pieces:
        if line < first + piece.lines:
            return first, piece
        first += piece.lines
    return first, None


def _holds(mapped: MappedExpression, start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether an expression reaches from before a place to behind it; lines as in its piece."""
    return mapped.at[:2] <= start and end <= mapped.at[2:]


def _extent(mapped: MappedExpression) -> tuple[int, int]:
    line, column, end_line, end_column = mapped.at
    return end_line - line, end_column - column


def _position(code: CodeType, instruction: int, line: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Start and end of the expression that the instruction belongs to."""
    positions = next(islice(code.co_positions(), instruction // 2, None), (line, line, None, None))
    start_line, end_line, start, end = positions
    first = (start_line or line, start or 0)
    return first, (end_line or line, first[1] if end is None else end)


@functools.cache
def _load(module_file: str) -> list[MappedPiece]:
    """The map's pieces; none if there is no map, or the module is not the one that the map was made for."""
    module = Path(module_file)
    try:
        decoded: Any = msgspec.json.decode(module.with_suffix(".map.json").read_bytes(), type=SourceMap)
        checksum = zlib.crc32(module.read_bytes())
    except (OSError, msgspec.DecodeError):
        return []
    return decoded.pieces if decoded.module_crc32 == checksum else []


def as_service_error(error: BaseException) -> ServiceError:
    """The typed error behind an exception, naming the workflow's node and expression where they can be told.

    Of the errors of parallel branches the first real one counts. A KeyError, IndexError or TypeError in an expression
    as the compiler wrote it reads what is not there. Anything else, such as a mistake in an edited module, is an
    InternalError.
    """
    error = first_error(error)
    place = find_place(error)
    if isinstance(error, ServiceError):
        if place is not None and error.node is None:
            error.node = place.node
        if place is not None and place.expression is not None and error.code in ("missing_env", "invalid_expression"):
            error.details.setdefault("expression", place.expression)
        return error
    if place is not None and place.innermost and place.expression is not None:
        match error:
            case KeyError(args=[key, *_]):
                return _missing(place, f"there is no {key!r}", key if isinstance(key, str | int) else None)
            case IndexError():
                return _missing(place, "the list is shorter than that")
            case KeyError() | TypeError():
                return _missing(place, "a value on the way is null or has no such part")
            case _:
                pass
    node = None if place is None else place.node
    found = InternalError(f"The run failed with an unexpected {type(error).__name__}.", node=node)
    found.__cause__ = error
    return found


def _missing(place: Place, what: str, key: str | int | None = None) -> MissingValue:
    detail = f"{{{{ {place.expression} }}}}: {what}."
    return MissingValue(detail, node=place.node, expression=place.expression, key=key)


def first_error(error: BaseException) -> BaseException:
    """The error itself, or the first real one out of a group of parallel branches."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


_CALLERS_OWN = {
    "invalid_input": ("errors",),
    "http_error": (),
    "budget_exceeded": ("used_tokens", "max_tokens", "cost_usd", "max_cost_usd"),
    "content_filtered": (),
    "refused": ("refusal",),
    "cancelled": (),
}
"""The errors whose words and members are for the caller."""

_CALLERS_HINTS = {
    "budget_exceeded": "Ask for less.",
    "context_length_exceeded": "Send less text.",
    "rate_limited": "Wait for `retry_after_s` seconds if it is there, then try again.",
}


def public_problem(error: ServiceError, *, exposed: bool = False) -> dict[str, Any]:
    """The problem object for the caller: `type, title, status, code, retryable`, `node`, and what concerns callers.

    Places in files, settings, the state of the account and the values that functions got are for the operator, who
    finds them in the log; `exposed` tells them to the caller too.
    """
    problem = error.problem()
    if exposed:
        return problem
    members = _CALLERS_OWN.get(error.code, ("retry_after_s",))
    public = {name: problem[name] for name in (*_PUBLIC, *members) if name in problem}
    if error.code not in _CALLERS_OWN:
        public["detail"] = f"{error.title}."
        public["hint"] = "Try again later." if error.retryable else "Only the service's operator can mend this."
    if error.code in _CALLERS_HINTS:
        public["hint"] = _CALLERS_HINTS[error.code]
    return public


_PUBLIC = ("type", "title", "status", "detail", "code", "retryable", "hint", "node")


def told_to_operator(error: ServiceError | None) -> dict[str, Any]:
    """The fields of a log line that tell how something ended; nobody's text is in them."""
    if error is None:
        return {"outcome": "ok"}
    unexpected = error.code in ("internal_error", "function_failed")
    cause = error.__cause__ if unexpected else None
    return {
        "level": logging.ERROR if unexpected else logging.INFO,
        "outcome": error.code,
        "node": error.node,
        "detail": error.detail,
        "hint": error.hint,
        "details": {name: value for name, value in error.details.items() if value is not None and name != "refusal"}
        or None,
        "traceback": None if cause is None else "".join(traceback.format_exception(cause)),
    }
