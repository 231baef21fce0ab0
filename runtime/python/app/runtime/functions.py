"""Functions of the project as steps of a workflow."""

import functools
import inspect
import time
from collections.abc import Callable
from typing import Any

import anyio.to_thread
from pydantic import ValidationError, validate_call

from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import ServiceError


class FunctionFailed(ServiceError, code="function_failed", title="Function failed"):
    """A Python function of the project raised."""

    hint = "The function's traceback is in the service's log, under the same execution id."


class InvalidFunctionArguments(ServiceError, code="invalid_function_arguments", title="Arguments do not fit"):
    """The arguments for a function or a called workflow of the project do not fit what it takes."""

    hint = "Compare the arguments in `errors` with what the function or workflow takes."


async def call_function(
    ctx: ExecutionContext, node: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    """Runs a function of the project as the step `node`; a synchronous one in a worker thread.

    The arguments are checked and converted by the function's type hints, as pydantic's `validate_call` does.

    Raises:
        InvalidFunctionArguments: they do not fit.
        FunctionFailed: the function raised; a ServiceError passes through. Both name the node.
    """
    started = time.perf_counter()
    try:
        args, kwargs = _argument_check(function)(*args, **kwargs)
    except ValidationError as error:
        raise InvalidFunctionArguments(
            f"The arguments for {function.__name__} do not fit its signature.",
            node=node,
            errors=argument_problems(error),
        ) from None
    try:
        if inspect.iscoroutinefunction(function):
            return await function(*args, **kwargs)
        bound = functools.partial(function, *args, **kwargs)
        return await anyio.to_thread.run_sync(bound, abandon_on_cancel=True)
    except ServiceError as error:
        error.node = error.node or node
        raise
    except Exception as error:
        raise FunctionFailed(f"The function {function.__name__} raised {type(error).__name__}.", node=node) from error
    finally:
        ctx.node_timings[node] = milliseconds_since(started)


def argument_problems(error: ValidationError) -> list[dict[str, str]]:
    """Which arguments do not fit and why, without what was given."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return [{"argument": ".".join(map(str, item["loc"])), "detail": item["msg"]} for item in problems]


@functools.lru_cache(maxsize=256)
def _argument_check(function: Callable[..., Any]) -> Callable[..., tuple[tuple[Any, ...], dict[str, Any]]]:
    """A function with the same signature that only gives back its arguments, checked and converted.

    Checking apart from calling keeps a ValidationError that the function itself raises from looking like a wrong
    argument.
    """

    @functools.wraps(function)
    def arguments(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return args, kwargs

    return validate_call(config={"arbitrary_types_allowed": True})(arguments)
