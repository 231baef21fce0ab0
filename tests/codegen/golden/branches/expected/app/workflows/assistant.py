"""assistant: Streams always; the model may call two functions, or a third one in rounds."""

from pydantic import BaseModel, ConfigDict

from app.functions.opening_hours import opening_hours
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.llm.types import FunctionSpec
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.context import ExecutionContext, Reply

BOOK_TABLE: FunctionSpec = {
    "name": "book_table",
    "parameters": {
        "type": "object",
        "properties": {"people": {"type": "integer", "minimum": 1}},
        "required": ["people"],
    },
}
CANCEL_TABLE: FunctionSpec = {
    "name": "cancel_table",
    "parameters": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]},
}
ANSWER: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "api": "responses",
    "tools": [{"type": "function", "function": BOOK_TABLE}, {"type": "function", "function": CANCEL_TABLE}],
    "parallel_tool_calls": False,
}
OPENING_HOURS_TOOL = Tool.of(opening_hours, node="opening_hours")


class AssistantInput(BaseModel):
    """What POST /assistant takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: AssistantInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete_with_tools(
        ctx,
        OPENAI,
        {**ANSWER, "messages": [{"role": "user", "content": inputs.message}]},
        node="answer",
        one_call=True,
        streamed=ctx.streaming,
        tools=[OPENING_HOURS_TOOL],
        max_tool_rounds=8,
    )
    if call := answer["function_call"]:
        if call["name"] == "book_table":
            return Reply({"people": call["arguments"]["people"]})
        return Reply({"call": call})
    return Reply(answer["content"])
