"""support-chat: Answers a customer; looks an order up when asked about one."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.functions.orders import get_order
from app.llm.types import FunctionSpec, Message
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function

GET_ORDER: FunctionSpec = {
    "name": "get_order",
    "description": "Finds an order by its number.",
    "parameters": {
        "type": "object",
        "properties": {"number": {"type": "string", "description": "The order number, such as A-1042"}},
        "required": ["number"],
    },
}
ANSWER: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "max_tokens": 500,
    "tools": [{"type": "function", "function": GET_ORDER}],
    "parallel_tool_calls": False,
}


class SupportChatInput(BaseModel):
    """What POST /chat takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(min_length=1, max_length=4000)
    language: str = "en"


async def run(ctx: ExecutionContext, inputs: SupportChatInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    prompt: list[Message] = [
        {
            "role": "system",
            "content": f"You help customers in {ctx.env.get('SUPPORT_REGION', 'every region')}. Answer in {inputs.language.upper()}.",
        },
        {"role": "user", "content": inputs.message},
    ]
    answer = await complete(ctx, {**ANSWER, "messages": prompt}, node="answer", one_call=True, streamed=ctx.streaming)
    if call := answer["function_call"]:
        get_order_result: Any = await call_function(ctx, "get_order", get_order, number=call["arguments"]["number"])
        return Reply({"order": get_order_result})
    return Reply(answer["content"])
