"""What a provider's batches are to a batch of rows."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Protocol, TypeVar

import httpx2
import msgspec

from app.batch.errors import FAILED, BatchError
from app.batch.providers.calls import Answered, Sent

Told = TypeVar("Told")

_TIMEOUT = httpx2.Timeout(60.0, read=300.0, write=300.0)

_HINTS = {
    401: "Check its key.",
    403: "The key may not use batches.",
    404: "What answers there knows no batches, or not this one any more.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one batch may hold."""

    calls: int
    bytes: int
    inputs: int


@dataclass(frozen=True, slots=True)
class State:
    """How a batch stands: `ended` says how it has (`completed`, `expired`, `cancelled`, `failed`); `done` counts calls.

    `full` says that the provider takes no more for now, so that its calls have to be sent again later.
    """

    ended: str | None
    done: int = 0
    full: bool = False
    detail: str | None = None


class RemoteBatches(Protocol):
    """The batches of a provider. Every method raises `RemoteTrouble` where it may work later, else BatchError."""

    limits: Limits

    def write(self, file: IO[bytes], sent: Sent, bodies: Iterable[tuple[str, bytes]]) -> None:
        """Writes what is sent of a batch."""
        ...

    async def send(self, sent: Sent, file: IO[bytes]) -> str:
        """Begins a batch; its id."""
        ...

    async def find(self, sent: Sent, known: set[str]) -> str | None:
        """The id of a batch that was begun although nobody has noted its id; `known` ones are others."""
        ...

    async def state(self, sent: Sent) -> State:
        """How a batch stands."""
        ...

    def answers(self, sent: Sent) -> AsyncGenerator[tuple[str, Answered]]:
        """What came of the calls of a batch that has ended, with their keys."""
        ...

    async def aclose(self) -> None:
        """Closes the connections."""
        ...


class RemoteTrouble(Exception):
    """The provider cannot be reached, or cannot answer now."""


class RemoteApi:
    """Requests to a provider's API besides those to its models."""

    def __init__(self, name: str, base_url: str, headers: Mapping[str, str | None]) -> None:
        self._name = name
        known = {name: value for name, value in headers.items() if value}
        self._client = httpx2.AsyncClient(base_url=base_url.rstrip("/") + "/", headers=known, timeout=_TIMEOUT)

    async def ask(self, kind: type[Told], method: str, path: str, **sent: Any) -> Told:
        """What the API answers."""
        try:
            response = await self._client.request(method, path, **sent)
        except httpx2.HTTPError as error:
            raise RemoteTrouble(f"{self._name} cannot be reached ({type(error).__name__}).") from error
        self._check(response)
        try:
            return msgspec.json.decode(response.content, type=kind)
        except msgspec.DecodeError as error:
            raise RemoteTrouble(f"{self._name} answers with something else than its API does.") from error

    async def lines(self, path: str, headers: Mapping[str, str] | None = None) -> AsyncGenerator[bytes]:
        """The lines of a file."""
        try:
            async with self._client.stream("GET", path, headers=headers) as response:
                if response.status_code != 200:
                    await response.aread()
                    self._check(response)
                async for line in response.aiter_lines():
                    if line:
                        yield line.encode()
        except httpx2.HTTPError as error:
            raise RemoteTrouble(f"{self._name} broke off ({type(error).__name__}).") from error

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    def _check(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status < 300:
            return
        if status in (408, 409, 429) or status >= 500:
            raise RemoteTrouble(f"{self._name} answers {status}.")
        hint = _HINTS.get(status, "Nothing that was asked before is lost. Ask the rows that are left without batches.")
        raise BatchError(
            f"{self._name} refuses {response.request.method} {response.request.url.path}: {status}.",
            hint=hint,
            exit_code=FAILED,
        )
