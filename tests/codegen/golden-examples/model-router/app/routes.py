"""The routes of model-router, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import ANTHROPIC, GROQ, OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import model_router

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [GROQ, OPENAI, ANTHROPIC]


@router.post("/ask", operation_id="model_router")
async def ask(request: Request, inputs: model_router.ModelRouterInput) -> Response:
    """Answers short questions with a fast model, long ones with a better one, and with a third when both are down."""
    return respond(request, model_router.run, inputs, workflow="model-router", stream="auto")
