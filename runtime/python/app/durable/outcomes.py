"""What is known of a durable run: how it stands, and what its caller is told."""

import base64
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self, get_args

from dbos import DBOS, WorkflowStatus
from starlette.responses import Response

from app.durable.journal import WAITS_FOR
from app.durable.records import Entry, RunFailed, iso_time, read_entry
from app.durable.shown import AwaitedKind, Standing, WaitKind
from app.runtime.errors import Cancelled, ServiceError
from app.runtime.events import frame
from app.runtime.usage import UsageMeter

_STANDINGS: dict[str, Standing] = {"SUCCESS": "succeeded", "CANCELLED": "cancelled"}
_RUNNING = ("PENDING", "ENQUEUED", "DELAYED")
STATUSES: dict[Standing, list[str]] = {
    "running": list(_RUNNING),
    "succeeded": ["SUCCESS"],
    "failed": ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
    "cancelled": ["CANCELLED"],
}
"""How DBOS calls them."""
NOT_BEGUN = ["ENQUEUED", "DELAYED"]
"""Those of runs that wait in a queue."""
_HANDED_OVER = "_dbos_internal_queue"
"""DBOS's own queue, in which runs are that are taken up or tried again."""


class TakenUpTooOften(ServiceError, code="taken_up_too_often", title="Taken up too often"):
    """The service died again and again while it worked on the run, which is not taken up any more."""

    hint = "See what ends the service, then let the run be tried again with POST /runs/{id}/retry."


class RunCancelled(Cancelled, code="cancelled", title="Cancelled", status=409):
    """The run was cancelled by a request."""

    hint = "POST /runs/{id}/retry takes it up again."
    retryable = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the database knows it."""

    status: WorkflowStatus

    @classmethod
    async def find(cls, run_id: str) -> Self | None:
        """The run with an id; none has a NUL in it, with which Postgres cannot even be asked."""
        if "\0" in run_id:
            return None
        found = await DBOS.list_workflows_async(workflow_ids=[run_id], load_input=False, limit=1)
        return cls(found[0]) if found else None

    async def caller(self) -> dict[str, Any]:
        """Who began the run, as its workflow reads it."""
        found = await DBOS.list_workflows_async(
            workflow_ids=[self.status.workflow_id], load_output=False, load_input=True, limit=1
        )
        given: Any = found[0].input if found else None
        return given["args"][1]["caller"] if given else {}

    @property
    def standing(self) -> Standing:
        """How the run stands."""
        if self.status.status in _RUNNING:
            return "running"
        return _STANDINGS.get(self.status.status, "failed")

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing to come."""
        return self.standing != "running"

    @property
    def answered(self) -> dict[str, Any]:
        """`status` and `answer` of a run that has succeeded, with `streamed`."""
        return (self.status.output or {}) if self.standing == "succeeded" else {}

    @property
    def failed(self) -> dict[str, Any]:
        """`status`, `headers` and `problem` of a run that has not succeeded."""
        error = self.status.error
        if isinstance(error, RunFailed) and "problem" in error.outcome:
            return error.outcome
        found = (
            RunCancelled("The run was cancelled.")
            if self.standing == "cancelled"
            else TakenUpTooOften("The service died again and again during the run.")
        )
        problem = {**found.problem(), "execution_id": self.status.workflow_id}
        return {"status": found.status, "headers": {}, "problem": problem}

    @property
    def waits_for(self) -> list[AwaitedKind]:
        """What the run waits for; an entry that has not begun, for its turn in its queue."""
        status = self.status
        if self.has_ended:
            return []
        if status.status != "PENDING" and status.queue_name != _HANDED_OVER:
            return ["queue"]
        return [*self.listed_waits()]

    def listed_waits(self) -> list[WaitKind]:
        """What its journal has last said that it waits for."""
        said = self.status.attributes or {}
        return [kind for kind in get_args(WaitKind) if said.get(f"{WAITS_FOR}{kind}")]

    def links(self) -> dict[str, str]:
        """Where the run can be asked for."""
        here = f"/runs/{self.status.workflow_id}"
        return {"self": here, "events": f"{here}/events"}

    def summary(self, versions: Collection[str] = ()) -> dict[str, Any]:
        """The run as a list shows it, where processes of these versions are alive, if that is known."""
        status = self.status
        waits = bool(versions) and self.standing == "running" and status.app_version not in {None, *versions}
        return {
            "id": status.workflow_id,
            "workflow": status.name,
            "status": self.standing,
            "version": status.app_version,
            "created_at": _time(status.created_at),
            "ended_at": _time(status.completed_at) if self.has_ended else None,
            "retry_of": status.forked_from,
            "links": self.links(),
            **({"waits_for_version": True} if waits else {}),
            **({"waits_for": waits_for} if (waits_for := self.waits_for) else {}),
        }

    async def whole(self, versions: Collection[str]) -> dict[str, Any]:
        """The run with its steps, what it has used so far, and what came of it."""
        entries = [read_entry(step["output"]) for step in await DBOS.list_workflow_steps_async(self.status.workflow_id)]
        meter = UsageMeter()
        for entry in entries:
            if entry.usage is not None and not entry.parts:
                meter.add(entry.usage, entry.usage["cost_usd"])
        steps = _steps(entries, self.status.workflow_id, running=not self.has_ended)
        told: dict[str, Any] = {**self.summary(versions), "usage": meter.total(), "steps": steps}
        if self.standing == "succeeded":
            told["result"] = self.answered["answer"]
        elif self.has_ended:
            told["problem"] = self.failed["problem"]
        return told


def last_event(run: Run) -> bytes:
    """The event that ends the stream of a run."""
    if run.standing == "succeeded":
        return frame("done", {**run.answered["streamed"], **run.answered["answer"]})
    return frame("error", run.failed["problem"])


def raw_record(response: Response) -> dict[str, Any]:
    """An answer that is no envelope, as it is kept."""
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in response.raw_headers]
    body = base64.b64encode(response.body).decode()
    return {"status": response.status_code, "headers": headers, "body": body}


def raw_response(recorded: dict[str, Any], more: dict[str, str]) -> Response:
    """The same as it is sent, with further headers where it has none of that name."""
    response = Response(base64.b64decode(recorded["body"]), recorded["status"])
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in recorded["headers"]]
    for name, value in more.items():
        response.headers.setdefault(name, value)
    return response


def _steps(entries: list[Entry], run_id: str, *, running: bool) -> list[dict[str, Any]]:
    """The steps in the order in which they began, with how they stand. For what another run has waited, of which this
    one is a retry, it has not begun to wait.
    """
    steps: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.kind == "begun":
            begun = steps.setdefault(entry.step, {"step": entry.step, "status": "begun"})
            begun.setdefault("began_at", _time(entry.at * 1000))
            begun["attempts"] = begun.get("attempts", 0) + 1
        elif entry.kind == "waiting" and entry.value["run"] == run_id:
            waits = steps.setdefault(entry.step, {"step": entry.step})
            waits |= {"status": "waiting", "began_at": _time(entry.at * 1000)}
            waits |= {"waits_for": entry.value["kind"], "until": _time(entry.value["until"] * 1000)}
        elif entry.kind == "ended" and entry.delays and running and entry.value > time.time():
            until = _time(entry.value * 1000)
            steps[entry.step] = {"step": entry.step, "status": "waiting", "waits_for": "delay", "until": until}
        elif entry.kind == "ended":
            ended = steps.setdefault(entry.step, {"step": entry.step, "status": "done"})
            ended["status"] = "done" if entry.failure is None else "failed"
            ended["ended_at"] = _time(entry.at * 1000)
            if entry.failure is not None:
                ended["code"] = entry.failure.code
            if entry.usage is not None:
                ended["usage"] = entry.usage
            if entry.attempts > 1:
                ended["repeated"] = "The service died before this step was recorded; it may have been paid twice."
    return list(steps.values())


def _time(milliseconds: float | None) -> str | None:
    return None if milliseconds is None else iso_time(milliseconds / 1000)
