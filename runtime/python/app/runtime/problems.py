"""From any exception of a run to the one error that its caller is told of, and what its operator is told beside."""

import functools
import logging
import traceback
import zlib
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from app.runtime.errors import ExpressionError, InternalError, MissingValue, ServiceError

_UNEXPECTED = ("internal_error", "function_failed")
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


class Place(NamedTuple):
    """Where in a workflow something happened, as far as the map tells; `innermost` if not in what it called there."""

    innermost: bool = False
    node: str | None = None
    expression: str | None = None


def find_place(error: BaseException) -> Place:
    """The innermost place in a workflow module that the error came through."""
    steps = traceback.extract_tb(error.__traceback__)
    inside = [step for step in steps if Path(step.filename).parent == WORKFLOWS]
    if not inside:
        return Place()
    step, first = inside[-1], 1
    for piece in _load(step.filename):
        if (step.lineno or 0) < first + piece.lines:
            return Place(step is steps[-1], piece.node, _expression_at(piece, first, step))
        first += piece.lines
    return Place(step is steps[-1])


def _expression_at(piece: MappedPiece, first: int, step: traceback.FrameSummary) -> str | None:
    """The smallest expression of the piece, which begins in line `first`, that the step of a traceback lies in."""
    begin = ((step.lineno or first) - first, step.colno or 0)
    end = ((step.end_lineno or first) - first, step.end_colno or begin[1])
    around = [each for each in piece.expressions if each.at[:2] <= begin and end <= each.at[2:]]
    smallest = min(around, key=lambda each: (each.at[2] - each.at[0], each.at[3] - each.at[1]), default=None)
    return None if smallest is None else smallest.text


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

    Of the errors of parallel branches the first real one counts. In an expression as the compiler wrote it, a KeyError,
    IndexError or TypeError reads what is not there, and a ZeroDivisionError or OverflowError comes of the numbers that
    it got. Anything else, such as a mistake in an edited module, is an InternalError.
    """
    error = first_error(error)
    place = find_place(error)
    found = _typed(error, place)
    if rounds := vars(error).pop("rounds", None):
        found.details["items"] = [*rounds, *found.details.get("items", [])]
    return found


def _typed(error: BaseException, place: Place) -> ServiceError:
    if isinstance(error, ServiceError):
        error.node = error.node or place.node
        if place.expression is not None and error.code in ("missing_env", "invalid_expression"):
            error.details.setdefault("expression", place.expression)
        return error
    if place.innermost and place.expression is not None:
        match error:
            case KeyError(args=[key, *_]):
                return _missing(place, f"there is no {key!r}", key if isinstance(key, str | int) else None)
            case IndexError():
                return _missing(place, "the list is shorter than that")
            case KeyError() | TypeError():
                return _missing(place, "a value on the way is null or has no such part")
            case ZeroDivisionError():
                return _failed(place, "nothing can be divided by zero")
            case OverflowError():
                return _failed(place, "the number gets too large")
            case _:
                pass
    found = InternalError(f"The run failed with an unexpected {type(error).__name__}.", node=place.node)
    found.__cause__ = error
    return found


def _missing(place: Place, what: str, key: str | int | None = None) -> MissingValue:
    detail = f"{{{{ {place.expression} }}}}: {what}."
    return MissingValue(detail, node=place.node, expression=place.expression, key=key)


def _failed(place: Place, what: str) -> ExpressionError:
    return ExpressionError(f"{{{{ {place.expression} }}}}: {what}.", node=place.node, expression=place.expression)


def first_error(error: BaseException) -> BaseException:
    """The error itself, or the first real one out of a group of parallel branches."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def public_problem(error: ServiceError, *, exposed: bool = False) -> dict[str, Any]:
    """The problem object for the caller: `type, title, status, code, retryable`, `node`, and what concerns callers.

    Places in files, settings, the state of the account and the values that functions got are for the operator, who
    finds them in the log; `exposed` tells them to the caller too.
    """
    problem = error.problem()
    if exposed:
        return problem
    details = ("retry_after_s", "received_characters", "items")
    if error.for_caller is not None:
        details = (*error.for_caller, "items")
    else:
        problem["detail"] = f"{error.title}."
        problem["hint"] = "Try again later." if error.retryable else "Only the service's operator can mend this."
    problem["hint"] = error.callers_hint or problem["hint"]
    return {name: value for name, value in problem.items() if name in details or name not in error.details}


def told_to_operator(error: ServiceError | None) -> dict[str, Any]:
    """The fields of a log line that tell how something ended; nobody's text is in them."""
    if error is None:
        return {"outcome": "ok"}
    details = {name: value for name, value in error.details.items() if value is not None and name != "refusal"}
    return {
        "level": logging.ERROR if error.code in _UNEXPECTED else logging.INFO,
        "outcome": error.code,
        "node": error.node,
        "detail": error.detail,
        "hint": error.hint,
        "details": details or None,
        "traceback": traceback_of(error),
    }


def traceback_of(error: ServiceError) -> str | None:
    """The traceback of what nobody has expected, and of what a function of the project raised."""
    cause = error.__cause__ if error.code in _UNEXPECTED else None
    return None if cause is None else "".join(traceback.format_exception(cause))
