"""examples/support-chat by hand: answers a customer; looks an order up when asked about one."""

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI, OpenAIError
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import BaseModel, Field

MODEL = "gpt-5.4-mini"
MAX_TOKENS = 500
TOOLS: list[ChatCompletionFunctionToolParam] = [
    {
        "type": "function",
        "function": {
            "name": "get_order",
            "description": "Finds an order by its number.",
            "parameters": {
                "type": "object",
                "properties": {"number": {"type": "string", "description": "The order number, such as A-1042"}},
                "required": ["number"],
            },
        },
    }
]


class Order(TypedDict):
    """An order of the shop."""

    number: str
    status: str
    items: list[str]


ORDERS: dict[str, Order] = {
    "A-1042": {"number": "A-1042", "status": "shipped", "items": ["desk lamp", "two bulbs"]},
    "A-1043": {"number": "A-1043", "status": "in preparation", "items": ["bookshelf"]},
}


class SupportChatInput(BaseModel):
    """What POST /chat takes."""

    message: str = Field(min_length=1, max_length=4000)
    language: str = "en"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncOpenAI() as client:
        app.state.client = client
        yield


app = FastAPI(title="support-chat", lifespan=lifespan)


@app.post("/chat", response_model=None)
async def chat(request: Request, body: SupportChatInput) -> StreamingResponse | dict[str, Any]:
    """Answers a customer; looks an order up when asked about one."""
    client: AsyncOpenAI = request.app.state.client
    region = os.environ.get("SUPPORT_REGION", "every region")
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": f"You help customers in {region}. Answer in {body.language.upper()}."},
        {"role": "user", "content": body.message},
    ]
    if "text/event-stream" in request.headers.get("accept", ""):
        return StreamingResponse(
            stream(client, messages), media_type="text/event-stream", headers={"cache-control": "no-cache"}
        )
    completion = await client.chat.completions.create(
        model=MODEL, messages=messages, max_completion_tokens=MAX_TOKENS, tools=TOOLS
    )
    message = completion.choices[0].message
    output: Any = message.content
    for call in message.tool_calls or ():
        if call.type == "function":
            output = {"order": get_order(json.loads(call.function.arguments)["number"])}
    return {"output": output, "usage": completion.usage}


async def stream(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam]) -> AsyncGenerator[str]:
    """The answer as server-sent events; the arguments of a call come in pieces and are put together."""
    tokens: list[str] = []
    call_id = name = arguments = ""
    finish_reason = None
    usage = None
    try:
        chunks = await client.chat.completions.create(
            model=MODEL,
            messages=messages,
            max_completion_tokens=MAX_TOKENS,
            tools=TOOLS,
            stream=True,
            stream_options={"include_usage": True},
        )
        async with chunks:
            async for chunk in chunks:
                usage = chunk.usage or usage
                for choice in chunk.choices:
                    finish_reason = choice.finish_reason or finish_reason
                    if text := choice.delta.content:
                        tokens.append(text)
                        yield event("token", {"text": text, "node": "answer"})
                    for piece in choice.delta.tool_calls or ():
                        call_id = piece.id or call_id
                        if piece.function is not None:
                            name = piece.function.name or name
                            arguments += piece.function.arguments or ""
    except OpenAIError as error:
        yield event("error", {"code": "upstream_error", "detail": str(error)})
        return
    output: Any = "".join(tokens)
    if call_id:
        called = json.loads(arguments)
        yield event("function_call", {"node": "answer", "id": call_id, "name": name, "arguments": called})
        output = {"order": get_order(called["number"])}
    done = {"text": "".join(tokens), "token_count": len(tokens), "finish_reason": finish_reason}
    yield event("done", {**done, "usage": usage and usage.model_dump(), "output": output})


def get_order(number: str) -> Order | None:
    """Finds an order by its number, such as A-1042; None when there is no such order."""
    return ORDERS.get(number.strip().upper())


def event(name: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
