"""What one run carries: its id, secrets, environment, connections, usage, times, and the way to its caller."""

import functools
import inspect
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
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


class Reply:
    """The answer of a run: `output` is any JSON value, `status` the HTTP status when it goes out in one piece."""

    __slots__ = ("output", "status")

    def __init__(self, output: Any, status: int = 200) -> None:
        self.output = output
        self.status = status


class Variables(Mapping[str, str]):
    """Values by name, as they were at start-up; reading one that is not set is an error that says what to do."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        try:
            return self._values[name]
        except KeyError:
            raise self._missing(name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value, or the default where there is none."""
        return self._values.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _missing(self, name: str) -> ServiceError:
        raise NotImplementedError


class Secrets(Variables):
    """The API keys by the names of their variables; MissingApiKey for one that is not set. Never printed."""

    __slots__ = ()

    def __init__(self, settings: Settings) -> None:
        key = settings.openai_api_key
        super().__init__({} if key is None else {"OPENAI_API_KEY": key.get_secret_value()})

    def __repr__(self) -> str:
        return "Secrets(...)"

    def _missing(self, name: str) -> ServiceError:
        return MissingApiKey(f"{name} is not set.", hint=f"Set {name} in the environment or in the .env file.")


class Environment(Variables):
    """The variables that the workflow declares, from the environment or `.env`; MissingEnv for one that is not set."""

    __slots__ = ()

    def __init__(self, names: Iterable[str]) -> None:
        declared = list(names)
        known = {**dotenv_values(".env"), **os.environ} if declared else {}
        super().__init__({name: value for name in declared if (value := known.get(name)) is not None})

    def _missing(self, name: str) -> ServiceError:
        return MissingEnv(
            f"The environment variable {name} is not set.",
            hint=f"Set {name} in the environment or in the .env file and start the service again.",
            variable=name,
        )


class ExecutionContext:
    """One run. Workflows and nodes get it as their first argument."""

    __slots__ = ("env", "execution_id", "node_timings", "pools", "secrets", "settings", "sink", "started", "usage")

    def __init__(
        self,
        *,
        settings: Settings,
        pools: Pools,
        secrets: Secrets,
        env: Mapping[str, str],
        execution_id: str,
        sink: EventSink | None = None,
    ) -> None:
        self.settings = settings
        self.pools = pools
        self.secrets = secrets
        self.env = env
        self.execution_id = execution_id
        self.sink = sink
        self.usage = UsageMeter()
        self.node_timings: dict[str, float] = {}
        """Milliseconds by node."""
        self.started = time.perf_counter()

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
        inner = ExecutionContext(
            settings=self.settings,
            pools=self.pools,
            secrets=self.secrets,
            env=self.env,
            execution_id=self.execution_id,
        )
        inner.usage = UsageMeter(budget, within=self.usage)
        return inner


def argument_problems(error: ValidationError) -> list[dict[str, str]]:
    """Which arguments do not fit and why, without what was given."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return [{"argument": ".".join(map(str, item["loc"])), "detail": item["msg"]} for item in problems]


@asynccontextmanager
async def open_context(
    *, env: Iterable[str] = (), settings: Settings | None = None
) -> AsyncGenerator[ExecutionContext]:
    """A context for calling nodes by hand, in a script or a test.

        async with open_context() as ctx:
            answer = await execute_openai_completion(ctx, {...})

    Keys and settings come from the environment or `.env`; `env` names the further variables to be read.
    """
    settings = settings or Settings()
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
