"""Runs of a queue that have failed for good: listed, and sent again."""

from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from app.durable.operator import require_operator
from app.durable.outcomes import Run
from app.durable.serving import NoSuchRun, engine_of, reached
from app.durable.shown import PassedOver, RunSummary
from app.runtime.errors import HttpError

if TYPE_CHECKING:
    from app.durable.queues import Queue


class DeadLetter(RunSummary):
    """A run that has failed, with its input and what went wrong."""

    input: Any
    problem: dict[str, Any]


class DeadLetters(BaseModel):
    """The runs of a queue that have failed for good, the latest first."""

    dead: list[DeadLetter]


def dead_letters_router(queue: "Queue") -> APIRouter:
    """The routes for what has failed in a queue."""
    name = queue.name.replace("-", "_")
    router = APIRouter(tags=["queues"], responses={code: {} for code in (403, 404, 409, 503)})

    @router.get(f"/queues/{queue.name}/dead", operation_id=f"list_dead_{name}", response_model=DeadLetters)
    async def list_dead(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        offset: PassedOver = 0,
    ) -> Any:
        """The runs of the queue that have failed for good; needs the service's RUNS_TOKEN."""
        require_operator(request)
        found = await reached(engine_of(request), queue.dead(limit, offset))
        return {"dead": [_letter(run) for run in found]}

    @router.post(
        f"/queues/{queue.name}/dead/{{run_id}}/resend",
        status_code=202,
        operation_id=f"resend_dead_{name}",
        response_model=RunSummary,
    )
    async def resend(request: Request, response: Response, run_id: str) -> Any:
        """Puts a run that has failed into the queue again, to begin where it failed; needs the service's RUNS_TOKEN."""
        require_operator(request)
        engine = engine_of(request)
        run = await reached(engine, Run.find(run_id))
        if run is None or run.status.name != queue.workflow:
            raise NoSuchRun("There is no run with this id in the queue.")
        if run.standing != "failed":
            raise HttpError(409, f"The run is {run.standing}.", hint="GET …/dead lists those that have.")
        if run.status.was_forked_from:
            raise HttpError(409, "The run was sent again before.", hint="GET …/dead lists those that were not.")
        again = await reached(engine, queue.put_again(run, token_hex(16)))
        response.headers["location"] = f"/runs/{again}"
        found = await reached(engine, Run.find(again))
        if found is None:
            raise NoSuchRun("There is no run with this id in the queue.")
        return found.summary()

    return router


def _letter(run: Run) -> dict[str, Any]:
    given = run.status.input["args"][0] if run.status.input is not None else None
    return {**run.summary(), "input": given, "problem": run.failed["problem"]}
