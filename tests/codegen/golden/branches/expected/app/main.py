"""assistant as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import assistant, triage, two_drafts

app = create_app(title="assistant", env=["REGION"], servers=[OPENAI])


@app.post("/assistant")
async def ask(request: Request, input: assistant.AssistantInput) -> Response:
    """Streams always; the model may call two functions, or a third one in rounds."""
    return respond(request, assistant.run, input, workflow="assistant", stream="always")


@app.post("/triage")
async def ticket(request: Request, input: triage.TriageInput) -> Response:
    """Sorts a ticket by what a model reads in it, by limits, and by what a function says of the customer."""
    return respond(request, triage.run, input, workflow="triage", stream="auto")


@app.post("/drafts")
async def ask_2(request: Request, input: two_drafts.TwoDraftsInput) -> Response:
    """Two models answer the same prompt at once; how long the answer was decides, which nobody knows before a run."""
    return respond(request, two_drafts.run, input, workflow="two-drafts", stream="auto")
