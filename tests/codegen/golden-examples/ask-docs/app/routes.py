"""The routes of ask-docs, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.retrieval.reading import DocumentReaders
from app.retrieval.store import VectorStores
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.server import respond
from app.workflows import ask_docs, index_docs

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Asked] = [OPENAI, VectorStores, DocumentReaders]


@router.post("/ask-docs", operation_id="ask_docs")
async def request_2(request: Request, inputs: ask_docs.AskDocsInput) -> Response:
    """Answers from the documents that index-docs has read, and says which passages it goes by."""
    return respond(request, ask_docs.run, inputs, workflow="ask-docs", stream="auto")


@router.post("/index-docs", operation_id="index_docs")
async def request_3(request: Request, inputs: index_docs.IndexDocsInput) -> Response:
    """Reads the documents of a folder, cuts them into sections and keeps these where ask-docs finds them."""
    return respond(request, index_docs.run, inputs, workflow="index-docs", stream="auto")
