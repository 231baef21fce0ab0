"""From any exception of a run to the one error that its caller gets."""

from typing import cast

from app.runtime.errors import InternalError, MissingValue, ServiceError
from app.runtime.source_map import Place, find_place


def as_service_error(error: BaseException) -> ServiceError:
    """The typed error behind an exception, naming the workflow's node and expression where they can be told.

    Of the errors of parallel branches the first real one counts. A KeyError, IndexError or TypeError in a line of a
    workflow module is an expression that reads what is not there. Anything else is an InternalError.
    """
    error = first_error(error)
    place = find_place(error)
    if isinstance(error, ServiceError):
        if place is not None and error.node is None:
            error.node = place.node
        if place is not None and place.expression is not None and error.code in ("missing_env", "invalid_expression"):
            error.details.setdefault("expression", place.expression)
        return error
    if place is not None and place.innermost and isinstance(error, KeyError | IndexError | TypeError):
        return _missing_value(error, place)
    node = None if place is None else place.node
    found = InternalError(f"The run failed with an unexpected {type(error).__name__}.", node=node)
    found.__cause__ = error
    return found


def first_error(error: BaseException) -> BaseException:
    """The error itself, or the first real one out of a group of parallel branches."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def _missing_value(error: KeyError | IndexError | TypeError, place: Place) -> MissingValue:
    where = f"{place.file}, line {place.line}" if place.expression is None else f"{{{{ {place.expression} }}}}"
    key = None
    match error:
        case KeyError() if error.args:
            key = error.args[0]
            what = f"there is no {key!r}"
        case IndexError():
            what = "the list is shorter than that"
        case _:
            what = "a value on the way is null or has no such part"
    return MissingValue(
        f"{where}: {what}.",
        node=place.node,
        expression=place.expression,
        key=key if isinstance(key, str | int) else None,
    )
