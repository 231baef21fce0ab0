"""What the batches of all providers have in common: requests that are answered when the time has come."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

from tests.simulated_providers.api import Endpoint
from tests.simulated_providers.asgi import Write
from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.settings import Fault, Settings

Listed = TypeVar("Listed")

_BROKEN = b'{"error": {"message": "The server had an error.", "type": "server_error"}}'


class Line(NamedTuple):
    """One request of a batch."""

    custom_id: str
    body: bytes


class Answered(NamedTuple):
    """One answer of a batch; without a status there is none."""

    custom_id: str
    status: int | None
    body: bytes


@dataclass(slots=True)
class Job:
    """A batch. What it holds is answered by `endpoint` when somebody asks for the answers."""

    id: str
    created: float
    ends: float
    how: str
    lines: list[Line]
    endpoint: Endpoint
    headers: Mapping[str, str]
    fault: Callable[[], Fault]
    cancelled: float | None = None
    _answers: list[Answered] | None = None

    def ended(self, now: float) -> str | None:
        """How it has ended, if it has."""
        if self.cancelled is not None:
            return "cancelled"
        return self.how if now >= self.ends else None

    def answers(self, settings: Settings) -> list[Answered]:
        """The answers, which stay the same."""
        if self._answers is None:
            whole = self.how == "completed" and self.cancelled is None
            answered = len(self.lines) if whole else len(self.lines) // 2
            self._answers = [
                self._answer(line, settings) if place < answered else Answered(line.custom_id, None, b"")
                for place, line in enumerate(self.lines)
            ]
        return self._answers

    def _answer(self, line: Line, settings: Settings) -> Answered:
        try:
            reply = self.endpoint.answer(line.body, self.headers, self.fault(), settings)
        except ApiError as error:
            reply = self.endpoint.refused(error)
        if reply.status is None:
            return Answered(
                line.custom_id, 500, b'{"error": {"message": "The server had an error.", "type": "server_error"}}'
            )
        return Answered(
            line.custom_id, reply.status, b"".join(step.data for step in reply.steps if isinstance(step, Write))
        )


def page_of(
    items: list[Listed], query: str, after_name: str, id_of: Callable[[Listed], str]
) -> tuple[list[Listed], bool]:
    """Newest first, as `limit` and a cursor ask; whether there are more."""
    asked = dict(parse_qsl(query))
    limit = int(asked.get("limit", 20))
    found: Iterator[Listed] = reversed(items)
    if after := asked.get(after_name):
        for item in found:
            if id_of(item) == after:
                break
    rest = list(found)
    return rest[:limit], len(rest) > limit
