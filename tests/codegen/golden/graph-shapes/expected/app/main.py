"""answer-beside-work as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import (
    answer_beside_work,
    call_in_parallel,
    diamond,
    nested_conditions,
    nested_forks,
    parallel_chains,
    partial_join,
)

app = create_app(title="answer-beside-work", servers=[OPENAI])


@app.post("/answer-beside-work")
async def start(request: Request, input: answer_beside_work.AnswerBesideWorkInput) -> Response:
    """Work beside a branch is done before any of its ways answers."""
    return respond(request, answer_beside_work.run, input, workflow="answer-beside-work", stream="auto")


@app.post("/call-in-parallel")
async def start_2(request: Request, input: call_in_parallel.CallInParallelInput) -> Response:
    """A function call in an arm of a fork."""
    return respond(request, call_in_parallel.run, input, workflow="call-in-parallel", stream="auto")


@app.post("/diamond")
async def start_3(request: Request, input: diamond.DiamondInput) -> Response:
    """A branch whose ways meet again."""
    return respond(request, diamond.run, input, workflow="diamond", stream="auto")


@app.post("/nested-conditions")
async def start_4(request: Request, input: nested_conditions.NestedConditionsInput) -> Response:
    """A branch in a branch."""
    return respond(request, nested_conditions.run, input, workflow="nested-conditions", stream="auto")


@app.post("/nested-forks")
async def start_5(request: Request, input: nested_forks.NestedForksInput) -> Response:
    """A fork in the arm of a fork."""
    return respond(request, nested_forks.run, input, workflow="nested-forks", stream="auto")


@app.post("/parallel-chains")
async def start_6(request: Request, input: parallel_chains.ParallelChainsInput) -> Response:
    """Two chains that run side by side."""
    return respond(request, parallel_chains.run, input, workflow="parallel-chains", stream="auto")


@app.post("/partial-join")
async def start_7(request: Request, input: partial_join.PartialJoinInput) -> Response:
    """A step that some, not all, ways lead to."""
    return respond(request, partial_join.run, input, workflow="partial-join", stream="auto")
