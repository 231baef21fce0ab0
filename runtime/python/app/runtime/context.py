"""What a run carries, and what the runs of one process share.

The service makes a context for each request. Elsewhere, in a script, a notebook or a test, `open_context` gives one:

    async with open_context() as ctx:
        reply = await chat.run(ctx, chat.ChatInput(message="Hello"))
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from os import urandom
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

import msgspec
from starlette.responses import Response

from app.runtime.errors import MissingApiKey, MissingEnv
from app.runtime.events import EventSink
from app.runtime.log import log_event
from app.runtime.settings import BaseSettings, Settings, bare, variable, variables
from app.runtime.usage import UsageMeter


class Reply(msgspec.Struct):
    """The answer of a run: `output` is any JSON value, `status` the HTTP status when it goes out in one piece."""

    output: Any
    status: int = 200
    response: Response | None = None
    """What goes out in one piece instead, where that is not output, usage and meta as JSON."""


class Secrets(dict[str, str]):
    """API keys by their variables, read when looked up; MissingApiKey for one that is not set. Never printed."""

    def __repr__(self) -> str:
        return "Secrets(...)"

    def __missing__(self, name: str) -> str:
        value = bare(variable(name, variables()) or "")
        if not value:
            raise missing_api_key(name)
        self[name] = value
        return value


def missing_api_key(name: str) -> MissingApiKey:
    """The error when the variable of a key is not set."""
    hint = f"Set {name} in the environment or in the .env file."
    return MissingApiKey(f"{name} is not set.", hint=hint, variable=name)


class Environment(dict[str, str]):
    """The variables that the workflow declares, as they were at start-up; MissingEnv for one that is not set."""

    def __init__(self, names: Iterable[str]) -> None:
        known = variables()
        super().__init__({name: value for name in names if (value := known.get(name)) is not None})

    def __missing__(self, name: str) -> str:
        raise MissingEnv(
            f"The environment variable {name} is not set.",
            hint=f"Set {name} in the environment or in the .env file and start the service again.",
            variable=name,
        )


class Shared(Protocol):
    """What all runs of a process use together, such as the connections to a server."""

    async def aclose(self) -> None:
        """Ends it, when the process does; calls in flight fail."""
        ...


SharedT = TypeVar("SharedT", bound=Shared)


class Server(msgspec.Struct, Generic[SharedT], frozen=True):
    """Who is asked: `account` are the settings that it has for itself, `secret` is the variable among them that holds
    the key. `connect` takes the settings of the service, those, and the key, which is empty where none is set and none
    needed; it raises MissingEnv where a variable is not set without which it knows no address.
    """

    name: str
    account: type[BaseSettings]
    secret: str
    connect: Callable[[Settings, Any, str], SharedT]
    needs_key: bool = True


Asked = Server[Any] | Callable[[Settings], Shared]
"""What a service asks: a server, or what makes something that all runs use together."""


class Pools:
    """What the runs of a process share, such as one pool of connections per server; each is made once, inside the event
    loop. `accounts` stand in the place of what the environment says.
    """

    def __init__(self, settings: Settings, secrets: Secrets, accounts: Iterable[BaseSettings] = ()) -> None:
        self._settings = settings
        self._secrets = secrets
        self._accounts = {type(account): account for account in accounts}
        self._made: dict[object, Shared] = {}

    def of(self, server: Server[SharedT]) -> SharedT:
        """The connections to a server.

        Raises:
            MissingApiKey, MissingEnv: its key or its address is not set.
            ValueError: its account's settings, its address or a proxy's cannot be used.
        """
        # Two that are called alike are not one: a server of one's own may be called as a provider is.
        place = (server.name, server.account)
        pool = self._made.get(place)
        if pool is None:
            account = self._accounts.get(server.account) or server.account.load()
            keys = account.keys()
            if server.needs_key and server.secret not in keys:
                raise missing_api_key(server.secret)
            self._secrets.update(keys)
            pool = self._made[place] = server.connect(self._settings, account, keys.get(server.secret, ""))
        return cast("SharedT", pool)

    def replace(self, server: Server[SharedT], pool: SharedT) -> None:
        """Asks a server over other connections from now on; what is under way ends on those that it began on."""
        place = (server.name, server.account)
        if place in self._made:
            self._made[place, len(self._made)] = self._made[place]
        self._made[place] = pool

    def shared(self, make: Callable[[Settings], SharedT]) -> SharedT:
        """What `make` makes of the service's settings, once for the process."""
        made = self._made.get(make)
        if made is None:
            made = self._made[make] = make(self._settings)
        return cast("SharedT", made)

    async def aclose(self) -> None:
        """Ends all of it; calls in flight fail."""
        for made in self._made.values():
            await made.aclose()


class ExecutionContext(msgspec.Struct, kw_only=True, eq=False):
    """One run. Workflows and nodes get it as their first argument."""

    settings: Settings
    pools: Pools
    secrets: Secrets
    env: Mapping[str, str]
    execution_id: str = msgspec.field(default_factory=lambda: urandom(16).hex())
    """Cannot be guessed."""
    request_id: str | None = None
    """That of the request which the run answers."""
    sink: EventSink | None = None
    usage: UsageMeter = msgspec.field(default_factory=UsageMeter)
    node_timings: dict[str, float] = msgspec.field(default_factory=dict[str, float])
    """Milliseconds by node."""
    caller: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    """Who asks, where the door knows it."""
    started: float = msgspec.field(default_factory=time.perf_counter)
    rounds: tuple[Mapping[str, Any], ...] = ()
    """`{"node", "index"}` of each loop that it goes on in, the outermost first; those of the caller's loops too."""
    within: str = ""
    """In a called workflow the steps that led there, `call/`, which stand before the names of its own in events."""

    def place(self, node: str) -> dict[str, Any]:
        """Where the events of the step `node` come from: with the rounds that it goes on in, where there are some."""
        name = f"{self.within}{node}"
        return {"node": name, "items": self.rounds} if self.rounds else {"node": name}

    @property
    def streaming(self) -> bool:
        """Whether the caller listens to a stream."""
        return self.sink is not None and self.sink.listens

    __repr__ = object.__repr__  # what it holds is nobody's to read


class ActiveRun:
    """A run in progress, in the current task, which can be stopped from outside."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self.reason: Literal["disconnect", "shutdown", "stalled"] | None = None

    def stop(self, reason: Literal["disconnect", "shutdown", "stalled"]) -> None:
        """Cancels the run, which closes its connection upstream."""
        if self.reason is None and self._task is not None:
            self.reason = reason
            self._task.cancel()

    def absorb_cancellation(self) -> bool:
        """Whether a CancelledError is the answer to `stop()`; if so the task may go on."""
        if self.reason is None or self._task is None:
            return False
        self._task.uncancel()
        return True


class Process:
    """What the runs of a process share, from start-up to shut-down: settings, keys, variables and connections.

    Raises:
        ValueError: a setting cannot be used; `app.runtime.settings.explain` says which.
    """

    def __init__(
        self,
        *,
        env: Iterable[str] = (),
        servers: Sequence[Asked] = (),
        settings: Settings | None = None,
        accounts: Iterable[BaseSettings] = (),
    ) -> None:
        self.settings = settings or Settings.load()
        self.secrets = Secrets()
        self.pools = Pools(self.settings, self.secrets, accounts)
        self.env = Environment(env)
        self.active: set[ActiveRun] = set()
        self.draining = False
        self.missing: list[str] = []
        """The variables without which the workflows cannot do their work."""
        for server in servers:
            try:
                if isinstance(server, Server):
                    self.pools.of(cast("Server[Any]", server))
                else:
                    self.pools.shared(server)
            except (MissingApiKey, MissingEnv) as error:
                self.missing.append(error.details["variable"])

    def context(self) -> ExecutionContext:
        """The context of a new run."""
        return ExecutionContext(settings=self.settings, pools=self.pools, secrets=self.secrets, env=self.env)

    def begin_drain(self) -> None:
        """Lets open runs go on for `drain_seconds`, then ends each with an error of its own."""
        if not self.draining:
            self.draining = True
            log_event("draining", open_runs=len(self.active), seconds=self.settings.drain_seconds)
            asyncio.get_running_loop().call_later(self.settings.drain_seconds, self._stop_all)

    def _stop_all(self) -> None:
        for run in list(self.active):
            run.stop("shutdown")


@asynccontextmanager
async def open_context(
    *, env: Iterable[str] = (), settings: Settings | None = None, accounts: Iterable[BaseSettings] = ()
) -> AsyncGenerator[ExecutionContext]:
    """A context for running workflows, and calling nodes, by hand; its connections are closed at the end of the block.

    Keys and settings come from the environment or `.env`, unless `settings`, or `accounts` at the servers that are
    asked, are given; `env` names the further variables to be read.

    Raises:
        ValueError: as Process.
    """
    process = Process(env=env, settings=settings, accounts=accounts)
    async with aclosing(process.pools):
        yield process.context()


def milliseconds_since(started: float) -> float:
    """Milliseconds since a reading of `time.perf_counter()`."""
    return round((time.perf_counter() - started) * 1000, 3)
