"""What callers are shown of durable runs."""

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

Standing = Literal["running", "succeeded", "failed", "cancelled"]
WaitKind = Literal["delay", "approval", "event"]
AwaitedKind = Literal[WaitKind, "queue"]


PassedOver = Annotated[int, Query(ge=0, le=2**31 - 1)]
"""How many of a list are passed over."""


class RunLinks(BaseModel):
    """Where a run can be asked for."""

    model_config = ConfigDict(populate_by_name=True)
    here: str = Field(alias="self")
    events: str


class RunSummary(BaseModel):
    """A run as a list shows it; times are in UTC as ISO 8601 has them."""

    id: str
    workflow: str
    status: Standing
    version: str | None
    created_at: str | None
    ended_at: str | None
    retry_of: str | None
    links: RunLinks
    waits_for: list[AwaitedKind] | None = None
    """Of one that is running: what steps of it wait for, from 10 seconds on; or its turn in a queue."""
    waits_for_version: bool | None = None
    """Of one that is running: no process has the version that it began with. It goes on when one of that version
    starts, or, once it was cancelled and is tried again, with the version that it is then asked of.
    """


class RunStep(BaseModel):
    """A step of a run. `repeated` says that a service died before its record, so that it may have been paid twice.
    One that waits says for what, and until when at most.
    """

    step: str
    status: Literal["begun", "waiting", "done", "failed"]
    began_at: str | None = None
    ended_at: str | None = None
    waits_for: WaitKind | None = None
    until: str | None = None
    attempts: int | None = None
    code: str | None = None
    usage: dict[str, Any] | None = None
    repeated: str | None = None


class WholeRun(RunSummary):
    """A run with its steps in the order in which they began, what it has used so far, and what came of it."""

    usage: dict[str, Any]
    steps: list[RunStep]
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


class RunList(BaseModel):
    """Runs, the latest first."""

    runs: list[RunSummary]


class DeletedRuns(BaseModel):
    """How many runs were deleted; there may be more of them when it is as many as were asked for."""

    deleted: int
