"""house-model: A model of the house: what any client of OpenAI's API can chat with, with rules of its own."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.llm.conversation import conversation
from app.nodes.llm.openai import OpenAIConfig, complete
from app.openai_api.requests import Given
from app.runtime.caller_tools import with_caller_tools, without_caller_calls
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 800}


class HouseModelInput(BaseModel):
    """What POST /house-model takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    messages: list[dict[str, Any]] = Field(min_length=1)
    tone: str = Field(default="friendly", max_length=40)


def from_openai(request: Given) -> dict[str, Any]:
    """The input, of what a client of the OpenAI API says."""
    return {"tone": as_text(request["metadata"].get("tone", "friendly")), "messages": request["messages"]}


async def run(ctx: ExecutionContext, inputs: HouseModelInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = without_caller_calls(
        await complete(
            ctx,
            with_caller_tools(
                {
                    **ANSWER,
                    "messages": [
                        {
                            "role": "system",
                            "content": (
                                f"You are the assistant of this house. Be {inputs.tone}. Say so when you do not know "
                                "something."
                            ),
                        },
                        *conversation(inputs.messages, "{{ input.messages }}"),
                    ],
                }
            ),
            node="answer",
            streamed=ctx.streaming,
        )
    )
    return Reply(answer["content"])
