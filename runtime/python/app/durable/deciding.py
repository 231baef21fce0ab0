"""Decisions of people: which are asked for, and the first that is made."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from dbos import DBOS

from app.durable.approvals import Decision, decision_key
from app.durable.engine import Engine
from app.durable.form_values import values_of
from app.durable.outcomes import Run
from app.durable.records import read_entry
from app.durable.serving import reached
from app.durable.waits import Waits
from app.runtime.errors import InvalidInput, ServiceError
from app.runtime.json_schema import schema_problems


class NoSuchApproval(ServiceError, code="approval_not_found", title="No such approval", status=404):
    """A run has no step of this name that waits for a person, or not yet."""

    hint = "GET /runs/{id}/approvals lists those that are open."
    for_caller = ()


class AlreadyDecided(ServiceError, code="already_decided", title="Already decided", status=409):
    """Somebody has decided before, or the time was over; `decision` is what counts."""

    hint = "The first decision counts."
    for_caller = ("decision",)


@dataclass(frozen=True, slots=True)
class Question:
    """What a step of a run asks, or has asked."""

    run: Run
    step: str
    message: str
    form: dict[str, Any] | None
    until: float
    decision: Decision | None

    @classmethod
    async def find(cls, engine: Engine, run_id: str, step: str) -> Self | None:
        """The question of a step; None where the run has not come to it."""
        run = await _latest(engine, run_id)
        if run is None:
            return None
        noted = (await _waiting(engine, run)).get(step)
        return None if noted is None else await cls._of(engine, run, step, noted)

    @classmethod
    async def open_of(cls, engine: Engine, run: Run) -> list[Self]:
        """The questions of a run that nobody has answered."""
        if run.has_ended:
            return []
        waiting = await _waiting(engine, run)
        found = [await cls._of(engine, run, step, noted) for step, noted in waiting.items()]
        return [each for each in found if each.is_open]

    @classmethod
    async def _of(cls, engine: Engine, run: Run, step: str, noted: dict[str, Any]) -> Self:
        key = decision_key(noted["run"], step)
        kept = await reached(engine, engine.process.pools.shared(Waits).keeper.find([key]))
        return cls(run, step, noted["message"], noted["form"], noted["until"], kept.get(key))

    @property
    def is_open(self) -> bool:
        """Whether it can be decided."""
        return self.decision is None and not self.run.has_ended and datetime.now(UTC).timestamp() < self.until

    def values_of(self, sent: dict[str, str]) -> dict[str, Any]:
        """What the fields of the form say that was sent."""
        return {} if self.form is None else values_of(self.form, sent)

    async def decide(self, engine: Engine, decision: Decision) -> Decision:
        """The decision that counts: this one, or the same that was made before.

        Raises:
            AlreadyDecided: it was decided otherwise, the time is over, or the run has ended.
            InvalidInput: `values` are not what the form asks for.
        """
        if self.decision is None and not self.is_open:
            raise AlreadyDecided("The time for this decision is over.", decision=None)
        problems = schema_problems(decision["values"], self.form) if self.form and decision["approved"] else []
        if problems:
            errors = [{"in": "body", **problem} for problem in problems]
            raise InvalidInput("The values do not fit the form of the decision.", errors=errors)
        first = self.decision
        if first is None:
            waits = engine.process.pools.shared(Waits)
            key = decision_key(self.run.status.workflow_id, self.step)
            first = await reached(engine, waits.keeper.keep(key, decision))
            waits.wake(key)
        if _said(first) != _said(decision):
            raise AlreadyDecided(f"This was {outcome_of(first)} before.", decision=first)
        return first


def outcome_of(decision: Decision) -> str:
    """In a word."""
    return "approved" if decision["approved"] else "rejected"


def _said(decision: Decision) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if name != "decided_at"}


async def _latest(engine: Engine, run_id: str) -> Run | None:
    """A run, or the latest that tries it again."""
    run = await reached(engine, Run.find(run_id))
    while run is not None and run.standing in ("failed", "cancelled"):
        asking = DBOS.list_workflows_async(
            forked_from=run.status.workflow_id, sort_desc=True, limit=1, load_input=False
        )
        again = await reached(engine, asking)
        if not again:
            break
        run = Run(again[0])
    return run if run is not None and run.status.name in engine.names else None


async def _waiting(engine: Engine, run: Run) -> dict[str, dict[str, Any]]:
    """What the steps of a run ask people, or have asked them."""
    run_id = run.status.workflow_id
    here = engine.runs.get(run_id)
    # A run that is just being taken up does not know yet what it has asked.
    if here is not None and here.journal.waiting:
        noted = here.journal.waiting
    else:
        steps = await reached(engine, DBOS.list_workflow_steps_async(run_id))
        entries = [read_entry(step["output"]) for step in steps]
        noted = {entry.step: entry.value for entry in entries if entry.kind == "waiting"}
    return {step: each for step, each in noted.items() if each["kind"] == "approval" and each["run"] == run_id}
