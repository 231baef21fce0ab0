"""A service that was built with all that is for those who operate it."""

import os

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.access_log import access_log
from app.runtime.context import ExecutionContext, Reply
from app.runtime.metrics import metrics
from app.runtime.reloading import reloading
from app.runtime.server import create_app, respond
from tests.example_service import ANSWER, Input, ask


async def chat(ctx: ExecutionContext, inputs: Input) -> Reply:
    """Asks the model that the caller names, if he does."""
    model = inputs.message.removeprefix("ask ") if inputs.message.startswith("ask ") else ANSWER["model"]
    answer = await ask(ctx, inputs, {**ANSWER, "model": model})
    return Reply(answer["content"])


router = APIRouter()


@router.post("/chat/{room}")
async def answer_in_room(request: Request, inputs: Input) -> Response:
    """Says which process answers, too."""
    request.state.answer_headers.append((b"x-process", str(os.getpid()).encode()))
    return respond(request, chat, inputs, workflow="chat")


router.include_router(access_log())
router.include_router(metrics(["gpt-5.4-mini"]))
router.include_router(reloading([OPENAI]))
app = create_app(title="operated", servers=[OPENAI])
app.include_router(router)
