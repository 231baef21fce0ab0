"""The connections that a process shares: one pool per server that it asks, from start-up to shut-down."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar, cast

from app.runtime.errors import MissingApiKey
from app.runtime.settings import Settings


class Pool(Protocol):
    """Connections to one server."""

    def close(self) -> None:
        """Closes all connections; calls in flight fail."""
        ...


P_co = TypeVar("P_co", bound=Pool, covariant=True)


class Server(Protocol[P_co]):
    """Who is asked: `secret` is the variable that holds the key, `connect` takes the settings and that key."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def secret(self) -> str: ...  # noqa: D102

    @property
    def connect(self) -> Callable[[Settings, str], P_co]: ...  # noqa: D102


class Pools:
    """Owns the connections. Made once per process, inside the event loop; `aclose()` closes every connection."""

    def __init__(self, settings: Settings, secrets: Mapping[str, str]) -> None:
        self._settings = settings
        self._secrets = secrets
        self._open: dict[str, Pool] = {}

    def of(self, server: Server[P_co]) -> P_co:
        """The connections to a server.

        Raises:
            MissingApiKey: its key is not set.
            ValueError: its address, a proxy's, or a header that the settings lead to cannot be used.
        """
        pool = self._open.get(server.name)
        if pool is None:
            pool = self._open[server.name] = server.connect(self._settings, self._secrets[server.secret])
        return cast("P_co", pool)

    def open(self, servers: Iterable[Server[Any]]) -> list[str]:
        """Makes ready what is needed to ask these servers; gives the variables of the keys that are not set.

        Raises:
            ValueError: as `of()`.
        """
        missing: list[str] = []
        for server in servers:
            try:
                self.of(server)
            except MissingApiKey:
                missing.append(server.secret)
        return missing

    async def aclose(self) -> None:
        """Closes all connections; calls in flight fail."""
        for pool in self._open.values():
            pool.close()
