"""examples/chat by hand: answers a message, token by token."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI, OpenAIError
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, Field

MODEL = "gpt-5.4-mini"
MAX_TOKENS = 500


class ChatInput(BaseModel):
    """What POST /chat takes."""

    message: str = Field(min_length=1, max_length=4000)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncOpenAI() as client:
        app.state.client = client
        yield


app = FastAPI(title="chat", lifespan=lifespan)


@app.post("/chat", response_model=None)
async def chat(request: Request, body: ChatInput) -> StreamingResponse | dict[str, Any]:
    """Answers a message, streamed to those who ask for a stream."""
    client: AsyncOpenAI = request.app.state.client
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "You answer briefly and plainly."},
        {"role": "user", "content": body.message},
    ]
    if "text/event-stream" in request.headers.get("accept", ""):
        return StreamingResponse(
            stream(client, messages), media_type="text/event-stream", headers={"cache-control": "no-cache"}
        )
    completion = await client.chat.completions.create(model=MODEL, messages=messages, max_completion_tokens=MAX_TOKENS)
    return {"output": completion.choices[0].message.content, "usage": completion.usage}


async def stream(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam]) -> AsyncGenerator[str]:
    """The answer as server-sent events."""
    tokens: list[str] = []
    finish_reason = None
    usage = None
    try:
        chunks = await client.chat.completions.create(
            model=MODEL,
            messages=messages,
            max_completion_tokens=MAX_TOKENS,
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
    except OpenAIError as error:
        yield event("error", {"code": "upstream_error", "detail": str(error)})
        return
    done = {"text": "".join(tokens), "token_count": len(tokens), "finish_reason": finish_reason}
    yield event("done", {**done, "usage": usage and usage.model_dump()})


def event(name: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
