"""One row: a run of the workflow, and the line that says what it gave."""

from dataclasses import dataclass
from typing import Any

from app.batch.rows import Row
from app.batch.workflow import BatchWorkflow
from app.runtime.context import ExecutionContext, Reply, milliseconds_since
from app.runtime.errors import InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, told_to_operator

_STOPS = frozenset("missing_api_key invalid_api_key permission_denied quota_exceeded missing_env".split())


class StopBatch(Exception):
    """What failed would fail for every row until somebody mends it, so that no row is spent on it."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__(error.detail)
        self.error = error


@dataclass(frozen=True, slots=True)
class RowRuns:
    """Runs rows. A row that a model's provider refuses for want of a key or of money stops the batch."""

    workflow: BatchWorkflow

    async def line(self, ctx: ExecutionContext, row: Row[Any]) -> bytes:
        """The result of a row as a line of JSON.

        Raises:
            StopBatch: nobody's row would fare better.
        """
        outcome = await self._outcome(ctx, row)
        problem = outcome if isinstance(outcome, ServiceError) else None
        if problem is not None and problem.code in _STOPS:
            raise StopBatch(problem)
        log_event(
            "row",
            execution_id=ctx.execution_id,
            workflow=self.workflow.name,
            row=row.number,
            **told_to_operator(problem),
            elapsed_ms=milliseconds_since(ctx.started),
            usage=ctx.usage.total(),
        )
        if isinstance(outcome, ServiceError):
            return self.failed(ctx, row, outcome)
        answered = (
            {"output": outcome.output}
            if outcome.status == 200
            else {"output": outcome.output, "status": outcome.status}
        )
        try:
            return self._encoded(ctx, row, answered)
        except (TypeError, ValueError, RecursionError) as error:
            return self.failed(ctx, row, as_service_error(error))

    def failed(self, ctx: ExecutionContext, row: Row[Any], error: ServiceError) -> bytes:
        """The result of a row that has failed."""
        return self._encoded(ctx, row, {"problem": error.problem()})

    async def _outcome(self, ctx: ExecutionContext, row: Row[Any]) -> Reply | ServiceError:
        if row.inputs is None:
            errors = [{"in": flaw.place, "detail": flaw.detail} for flaw in row.flaws]
            return InvalidInput("The row does not fit what the workflow takes.", errors=errors)
        try:
            return await self.workflow.run(ctx, row.inputs)
        except Exception as error:
            return as_service_error(error)

    def _encoded(self, ctx: ExecutionContext, row: Row[Any], outcome: dict[str, Any]) -> bytes:
        usage = dict(ctx.usage.total())
        cost_usd = usage.pop("cost_usd")
        named = {"row": row.number} if row.id is None else {"row": row.number, "id": row.id}
        return encode({**named, **outcome, "usage": usage, "cost_usd": cost_usd}) + b"\n"
