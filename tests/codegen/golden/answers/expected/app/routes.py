"""The routes of answers-in-branches, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import answers_in_branches, typed_answers

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/answers-in-branches", operation_id="answers_in_branches")
async def ask(request: Request, inputs: answers_in_branches.AnswersInBranchesInput) -> Response:
    """Typed answers that not every run has."""
    return respond(request, answers_in_branches.run, inputs, workflow="answers-in-branches", stream="auto")


@router.post("/typed-answers", operation_id="typed_answers")
async def ask_2(request: Request, inputs: typed_answers.TypedAnswersInput) -> Response:
    """What models answer in JSON, read with its types."""
    return respond(request, typed_answers.run, inputs, workflow="typed-answers", stream="auto")
