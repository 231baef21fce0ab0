"""The routes of failures, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.run_timeout import timed
from app.runtime.server import respond
from app.runtime.step_cache import StepCache
from app.workflows import failures, side_by_side

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Asked] = [OPENAI, StepCache]


@router.post("/failures", operation_id="failures")
async def start(request: Request, inputs: failures.FailuresInput) -> Response:
    """Steps that may fail."""
    return respond(request, timed(failures.run, 30), inputs, workflow="failures", stream="auto")


@router.post("/side-by-side", operation_id="side_by_side")
async def start_2(request: Request, inputs: side_by_side.SideBySideInput) -> Response:
    """Steps that may fail, side by side."""
    return respond(request, side_by_side.run, inputs, workflow="side-by-side", stream="always")
