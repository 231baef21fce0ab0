"""What is sent back: a status, headers and steps, of which some write bytes and some do worse."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.json_values import encode


@dataclass(frozen=True, slots=True)
class Write:
    """Sends bytes in one write."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Waits so many seconds, or until the client goes away."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Until:
    """Waits until so many seconds after the first step, or until the client goes away."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Closes the connection in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Resets the connection (TCP RST) in the middle of the answer."""


Step = Write | Pause | Until | Cut | Reset


@dataclass(slots=True)
class Reply:
    """One HTTP answer. `delay` seconds pass before the status line leaves; without a status none does."""

    status: int | None
    headers: dict[str, str]
    steps: Iterable[Step]
    delay: float = 0


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """An answer whose body is JSON."""
    body = encode(value)
    return Reply(
        status,
        {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})},
        [Write(body)],
    )


def error_reply(error: ApiError) -> Reply:
    """OpenAI's answer to a request it refuses."""
    return json_reply(error.body, error.status, error.headers)


EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
