"""help-desk: Sorts what customers write: hands urgent cases on, answers the rest and looks orders up for it."""

from typing import Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.context import ExecutionContext, Reply
from app.runtime.sub_workflow import SubWorkflow
from app.workflows import classify, find_order

CLASSIFY = SubWorkflow("classify", classify.run, classify.ClassifyInput)
ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 400, "parallel_tool_calls": False}
FIND_ORDER = SubWorkflow("find-order", find_order.run, find_order.FindOrderInput)
FIND_ORDER_TOOL = Tool(
    "find_order",
    "Finds an order by its number, such as A-1042.",
    {
        "type": "object",
        "properties": {"number": {"type": "string", "examples": ["A-1042"], "maxLength": 20}},
        "required": ["number"],
    },
    FIND_ORDER.call_as_tool,
    node="find_order",
)


class HelpDeskInput(BaseModel):
    """What POST /help takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(min_length=1, max_length=4000)


class ClassifyOutput(TypedDict):
    """The shape of classify output."""

    topic: Literal["order", "product", "complaint", "other"]
    can_wait: bool
    summary: str


async def run(ctx: ExecutionContext, inputs: HelpDeskInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    classify_result: ClassifyOutput = await CLASSIFY.call(ctx, "classify", {"message": inputs.message})
    if classify_result["can_wait"]:
        answer = await complete_with_tools(
            ctx,
            OPENAI,
            {
                **ANSWER,
                "messages": [
                    {
                        "role": "system",
                        "content": (
                            f"You help customers of a lamp shop, briefly. This one writes about {classify_result['topic']}. Look "
                            "an order up before you say anything about it."
                        ),
                    },
                    {"role": "user", "content": inputs.message},
                ],
            },
            node="answer",
            streamed=ctx.streaming,
            tools=[FIND_ORDER_TOOL],
            max_tool_rounds=2,
        )
        return Reply(answer["content"])
    return Reply(
        {"handed_on": True, "topic": classify_result["topic"], "summary": classify_result["summary"]}, status=202
    )
