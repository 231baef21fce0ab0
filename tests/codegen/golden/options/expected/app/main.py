"""options as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.runtime.usage import Budget
from app.workflows import options

app = create_app(title="options", description="Every option of the OpenAI node.", env=["TENANT"], servers=[OPENAI])


@app.post("/options")
async def start(request: Request, input: options.OptionsInput) -> Response:
    """Every option of the OpenAI node."""
    return respond(
        request,
        options.run,
        input,
        workflow="options",
        stream="auto",
        budget=Budget(max_cost_usd=0.5, max_tokens=100000),
    )
