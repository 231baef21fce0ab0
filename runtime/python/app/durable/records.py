"""What a durable run leaves in the database: the outcome of each of its steps, as JSON.

No pickles: whoever can write to a shared database would run code in every service that reads it.
"""

import base64
import zlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from dbos import Serializer

from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.usage import PricedUsage


def iso_time(seconds: float) -> str:
    """A time in seconds since 1970 in UTC, as ISO 8601 has it, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


class NotRecordable(ServiceError, code="not_recordable", title="Result cannot be kept"):
    """What a step gave has no JSON form, so that a durable run cannot keep it."""

    hint = "Let the function return texts, numbers, lists and objects of them, or a pydantic model."
    for_operator = True


class StepInterrupted(ServiceError, code="step_interrupted", title="Step interrupted again and again", status=503):
    """The service died each time that a step was under way, as often as that may happen."""

    hint = "Each time may have been paid for. See what ends the service, then let POST /runs/{id}/retry try it again."


class Failure(msgspec.Struct, omit_defaults=True):
    """A ServiceError, to be raised again."""

    code: str
    title: str
    status: int
    detail: str
    hint: str
    retryable: bool = False
    node: str | None = None
    headers: dict[str, str] = {}
    details: dict[str, Any] = {}

    @classmethod
    def of(cls, error: ServiceError) -> "Failure":
        """The error without its cause, which stands in the log."""
        return cls(
            error.code,
            error.title,
            error.status,
            error.detail,
            error.hint,
            error.retryable,
            error.node,
            error.headers,
            error.details,
        )

    def error(self) -> ServiceError:
        """The error, of the class that it had where that is loaded."""
        found = _error_classes(ServiceError).get(self.code, ServiceError)
        error = found.__new__(found)
        ServiceError.__init__(
            error,
            self.detail,
            node=self.node,
            hint=self.hint,
            retryable=self.retryable,
            headers=dict(self.headers),
            **self.details,
        )
        error.code, error.title, error.status = self.code, self.title, self.status
        return error


def _error_classes(base: type[ServiceError]) -> dict[str, type[ServiceError]]:
    """The classes by their codes; of several with one code the one that gave it."""
    found: dict[str, type[ServiceError]] = {}
    for each in base.__subclasses__():
        found = {**_error_classes(each), **found}
        if each.code != base.code:
            found[each.code] = each
    return found


class Streamed(msgspec.Struct, omit_defaults=True):
    """What a step has sent to those who listen."""

    texts: list[str] = []
    token_count: int = 0
    finish_reason: str | None = None


class Entry(msgspec.Struct, omit_defaults=True):
    """One record of a run: that a step has begun, or how it has ended, or that the run was taken up again.

    `at` is the time in seconds since 1970. `events` are those that left before it, packed. `attempts` says how often
    the step was begun; more than once only where a service died before this record.
    """

    kind: str
    step: str
    at: float
    events: str = ""
    attempts: int = 1
    value: Any = None
    failure: Failure | None = None
    usage: PricedUsage | None = None
    timings: dict[str, float] = {}
    streamed: Streamed | None = None
    parts: bool = False
    """What the step consists of has entries of its own, with what it has used."""
    within: str = ""
    """In a called workflow what stands before the names of its steps in events."""
    delays: bool = False
    """`value` is until when the step waits, which does nothing but that."""
    unfinished: list[str] = []
    """Of a run that was taken up again: the steps that had begun and begin anew."""
    run: str = ""
    """Of a run that was taken up again: its id. Before it may stand what another run has left to this one."""


def read_entry(output: Any) -> Entry:
    """An entry as the database gave it."""
    return msgspec.convert(output, Entry)


def pack(events: list[bytes]) -> str:
    """Events as text that takes little room; tokens repeat most of what they consist of."""
    return base64.b64encode(zlib.compress(b"".join(events))).decode() if events else ""


def unpack(packed: str) -> list[bytes]:
    """What was packed, event by event."""
    return split_events(zlib.decompress(base64.b64decode(packed))) if packed else []


def split_events(frames: bytes) -> list[bytes]:
    """Events one by one. Each ends with an empty line, and none holds one: their data is one line of JSON."""
    return [each + b"\n\n" for each in frames.split(b"\n\n")[:-1]]


class RunFailed(Exception):
    """A run has ended with an error; `outcome` is what its caller is told."""

    def __init__(self, outcome: dict[str, Any]) -> None:
        super().__init__(str(outcome.get("problem", {}).get("detail", "The run failed.")))
        self.outcome = outcome


class JsonSerializer(Serializer):
    """How DBOS writes what it is given: JSON, exceptions apart from values."""

    def name(self) -> str:
        """Stands beside each value in the database."""
        return "catalyst_json"

    def serialize(self, data: Any) -> str:
        """A value or an exception."""
        if isinstance(data, RunFailed):
            return encode({"failed": data.outcome}).decode()
        if isinstance(data, BaseException):
            return encode({"failed": {"unexpected": f"{type(data).__name__}: {data}"[:2000]}}).decode()
        return encode({"value": data}).decode()

    def deserialize(self, serialized_data: str) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What was written."""
        written: dict[str, Any] = msgspec.json.decode(serialized_data)
        return RunFailed(written["failed"]) if "failed" in written else written["value"]
