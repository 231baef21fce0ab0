"""reading-aid: Answers questions about a text; its model may have it summed up by a tool of an MCP server."""

from pydantic import BaseModel, ConfigDict, Field

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.mcp_client.server import McpServer
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 600}
SUMMARIES_MCP = McpServer("summaries")
ANSWER_SUMMARIES_SUMMARIZE_TOOL = SUMMARIES_MCP.tool(
    "summarize",
    offered_as="summaries_summarize",
    description="Sums a text up. Use it for texts of more than a page.",
    takes={
        "type": "object",
        "properties": {
            "sentences": {"type": "integer", "default": 2, "minimum": 1, "maximum": 10},
            "text": {
                "type": "string",
                "examples": ["Owls hunt at night. They hear better than they see."],
                "minLength": 1,
                "maxLength": 20000,
            },
        },
        "required": ["text"],
    },
    node="answer",
)


class ReadingAidInput(BaseModel):
    """What POST /reading-aid takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    question: str = Field(min_length=1, max_length=500)
    text: str = Field(min_length=1, max_length=20000)


async def run(ctx: ExecutionContext, inputs: ReadingAidInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete_with_tools(
        ctx,
        OPENAI,
        {
            **ANSWER,
            "messages": [
                {
                    "role": "system",
                    "content": (
                        "You answer questions about a text that the user gives you. Have a text of more than a page "
                        "summed up first."
                    ),
                },
                {"role": "user", "content": f"{inputs.question}\n\n{inputs.text}"},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
        tools=[ANSWER_SUMMARIES_SUMMARIZE_TOOL],
        max_tool_rounds=8,
    )
    return Reply(answer["content"])
