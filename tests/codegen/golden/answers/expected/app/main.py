"""answers-in-branches as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import answers_in_branches, typed_answers

app = create_app(title="answers-in-branches", servers=[OPENAI])


@app.post("/answers-in-branches")
async def ask(request: Request, input: answers_in_branches.AnswersInBranchesInput) -> Response:
    """Typed answers that not every run has."""
    return respond(request, answers_in_branches.run, input, workflow="answers-in-branches", stream="auto")


@app.post("/typed-answers")
async def ask_2(request: Request, input: typed_answers.TypedAnswersInput) -> Response:
    """What models answer in JSON, read with its types."""
    return respond(request, typed_answers.run, input, workflow="typed-answers", stream="auto")
