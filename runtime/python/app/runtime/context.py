"""What one run carries: its id, secrets, environment, connections, usage, times, and the way to its caller.

The service makes one for each request. Elsewhere, in a script, a notebook or a test, `open_context` gives one:

    async with open_context() as ctx:
        reply = await chat.run(ctx, chat.ChatInput(message="Hello"))
"""

import functools
import inspect
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

import anyio.to_thread
from dotenv import dotenv_values
from pydantic import ValidationError, validate_call

from app.runtime.errors import FunctionFailed, InvalidFunctionArguments, MissingApiKey, MissingEnv, ServiceError
from app.runtime.events import EventSink
from app.runtime.pools import Pools
from app.runtime.settings import Settings
from app.runtime.usage import Budget, UsageMeter


@dataclass(slots=True)
class Reply:
    """The answer of a run: `output` is any JSON value, `status` the HTTP status when it goes out in one piece."""

    output: Any
    status: int = 200


class Secrets(dict[str, str]):
    """The API keys by the names of their variables; MissingApiKey for one that is not set. Never printed."""

    def __init__(self, settings: Settings) -> None:
        key = settings.openai_api_key
        super().__init__({} if key is None else {"OPENAI_API_KEY": key.get_secret_value()})

    def __repr__(self) -> str:
        return "Secrets(...)"

    def __missing__(self, name: str) -> str:
        raise MissingApiKey(f"{name} is not set.", hint=f"Set {name} in the environment or in the .env file.")


class Environment(dict[str, str]):
    """The variables that the workflow declares, as they were at start-up, from the environment or `.env`; MissingEnv
    for one that is not set.
    """

    def __init__(self, names: Iterable[str]) -> None:
        declared = list(names)
        known = {**dotenv_values(".env"), **os.environ} if declared else {}
        super().__init__({name: value for name in declared if (value := known.get(name)) is not None})

    def __missing__(self, name: str) -> str:
        raise MissingEnv(
            f"The environment variable {name} is not set.",
            hint=f"Set {name} in the environment or in the .env file and start the service again.",
            variable=name,
        )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class ExecutionContext:
    """One run. Workflows and nodes get it as their first argument."""

    settings: Settings
    pools: Pools
    secrets: Secrets
    env: Mapping[str, str]
    execution_id: str
    sink: EventSink | None = None
    usage: UsageMeter = field(default_factory=UsageMeter)
    node_timings: dict[str, float] = field(default_factory=dict[str, float])
    """Milliseconds by node."""
    started: float = field(default_factory=time.perf_counter)

    @property
    def streaming(self) -> bool:
        """Whether the caller listens to a stream."""
        return self.sink is not None

    async def call(self, node: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
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
            raise FunctionFailed(
                f"The function {function.__name__} raised {type(error).__name__}.", node=node
            ) from error
        finally:
            self.node_timings[node] = milliseconds_since(started)

    def inside(self, budget: Budget | None) -> "ExecutionContext":
        """The context of a workflow that a step of this run calls: nobody listens, and what it uses counts here too."""
        return replace(
            self, sink=None, usage=UsageMeter(budget, within=self.usage), node_timings={}, started=time.perf_counter()
        )


def argument_problems(error: ValidationError) -> list[dict[str, str]]:
    """Which arguments do not fit and why, without what was given."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return [{"argument": ".".join(map(str, item["loc"])), "detail": item["msg"]} for item in problems]


@asynccontextmanager
async def open_context(
    *, env: Iterable[str] = (), settings: Settings | None = None
) -> AsyncGenerator[ExecutionContext]:
    """A context for running workflows, and calling nodes, by hand; its connections are closed at the end of the block.

    Keys and settings come from the environment or `.env`; `env` names the further variables to be read.

    Raises:
        ValueError: a setting cannot be used; `app.runtime.settings.explain` says which.
    """
    settings = settings or Settings.load()
    secrets = Secrets(settings)
    pools = Pools(settings, secrets)
    try:
        yield ExecutionContext(
            settings=settings,
            pools=pools,
            secrets=secrets,
            env=Environment(env),
            execution_id=new_execution_id(),
        )
    finally:
        await pools.aclose()


def new_execution_id() -> str:
    """An id that cannot be guessed: 128 random bits in hexadecimal."""
    return token_hex(16)


def milliseconds_since(started: float) -> float:
    """Milliseconds since a reading of `time.perf_counter()`."""
    return round((time.perf_counter() - started) * 1000, 3)


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
