"""The routes of answer-beside-work, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import (
    answer_beside_work,
    call_in_parallel,
    diamond,
    nested_conditions,
    nested_forks,
    parallel_chains,
    partial_join,
)

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/answer-beside-work", operation_id="answer_beside_work")
async def start(request: Request, inputs: answer_beside_work.AnswerBesideWorkInput) -> Response:
    """Work beside a branch is done before any of its ways answers."""
    return respond(request, answer_beside_work.run, inputs, workflow="answer-beside-work", stream="auto")


@router.post("/call-in-parallel", operation_id="call_in_parallel")
async def start_2(request: Request, inputs: call_in_parallel.CallInParallelInput) -> Response:
    """A function call in an arm of a fork."""
    return respond(request, call_in_parallel.run, inputs, workflow="call-in-parallel", stream="auto")


@router.post("/diamond", operation_id="diamond")
async def start_3(request: Request, inputs: diamond.DiamondInput) -> Response:
    """A branch whose ways meet again."""
    return respond(request, diamond.run, inputs, workflow="diamond", stream="auto")


@router.post("/nested-conditions", operation_id="nested_conditions")
async def start_4(request: Request, inputs: nested_conditions.NestedConditionsInput) -> Response:
    """A branch in a branch."""
    return respond(request, nested_conditions.run, inputs, workflow="nested-conditions", stream="auto")


@router.post("/nested-forks", operation_id="nested_forks")
async def start_5(request: Request, inputs: nested_forks.NestedForksInput) -> Response:
    """A fork in the arm of a fork."""
    return respond(request, nested_forks.run, inputs, workflow="nested-forks", stream="auto")


@router.post("/parallel-chains", operation_id="parallel_chains")
async def start_6(request: Request, inputs: parallel_chains.ParallelChainsInput) -> Response:
    """Two chains that run side by side."""
    return respond(request, parallel_chains.run, inputs, workflow="parallel-chains", stream="auto")


@router.post("/partial-join", operation_id="partial_join")
async def start_7(request: Request, inputs: partial_join.PartialJoinInput) -> Response:
    """A step that some, not all, ways lead to."""
    return respond(request, partial_join.run, inputs, workflow="partial-join", stream="auto")
