"""hostile-texts as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import hostile_texts

app = create_app(
    title="hostile-texts",
    description="\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}",
    servers=[OPENAI],
)


@app.post("/hostile-texts")
async def class_(request: Request, input: hostile_texts.HostileTextsInput) -> Response:
    "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"
    return respond(request, hostile_texts.run, input, workflow="hostile-texts", stream="auto")
