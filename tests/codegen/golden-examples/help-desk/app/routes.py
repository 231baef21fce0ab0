"""The routes of help-desk, and the variables of the environment that they need."""

from fastapi import APIRouter, Request, Response

from app.runtime.server import respond
from app.workflows import help_desk

router = APIRouter()
ENV: list[str] = []


@router.post("/help")
async def ask(request: Request, inputs: help_desk.HelpDeskInput) -> Response:
    """Sorts what customers write: hands urgent cases on, answers the rest and looks orders up for it."""
    return respond(request, help_desk.run, inputs, workflow="help-desk", stream="auto")
