"""The routes of embeddings, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import AZURE_OPENAI, COMPATIBLE, OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import embeddings

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI, COMPATIBLE["voyage"], AZURE_OPENAI, COMPATIBLE["my_server"]]


@router.post("/nearest", operation_id="embeddings")
async def ask(request: Request, inputs: embeddings.EmbeddingsInput) -> Response:
    """Finds the answer that is nearest to a question, and says it."""
    return respond(request, embeddings.run, inputs, workflow="embeddings", stream="auto")
