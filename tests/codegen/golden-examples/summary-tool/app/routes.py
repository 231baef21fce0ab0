"""The routes of summary-tool, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.mcp_server.server import Tool, mcp_router
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import summary_tool

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/summary", operation_id="summary_tool")
async def ask(request: Request, inputs: summary_tool.SummaryToolInput) -> Response:
    """Sums a text up in so many sentences."""
    return respond(request, summary_tool.run, inputs, workflow="summary-tool", stream="auto")


router.include_router(
    mcp_router(
        "summary-tool",
        Tool(
            name="summarize",
            description="Sums a text up. Use it for texts of more than a page.",
            workflow="summary-tool",
            run=summary_tool.run,
            input_model=summary_tool.SummaryToolInput,
            takes={
                "type": "object",
                "properties": {
                    "text": {
                        "type": "string",
                        "examples": ["Owls hunt at night. They hear better than they see."],
                        "minLength": 1,
                        "maxLength": 20000,
                    },
                    "sentences": {"type": "integer", "default": 2, "minimum": 1, "maximum": 10},
                },
                "required": ["text"],
            },
            gives={
                "type": "object",
                "required": ["summary", "sentences"],
                "properties": {
                    "summary": {"type": "string"},
                    "sentences": {"type": "integer", "default": 2, "minimum": 1, "maximum": 10},
                },
                "additionalProperties": False,
            },
        ),
    )
)
