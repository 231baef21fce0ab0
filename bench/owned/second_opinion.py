"""examples/second-opinion by hand: weighs a question from two sides at once and streams a verdict."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI, OpenAIError
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, Field

MODEL = "gpt-5.4-mini"
VERDICT_TOKENS = 200


class SecondOpinionInput(BaseModel):
    """What POST /weigh takes."""

    question: str = Field(min_length=1, max_length=2000)
    verdict: bool = True


class Usage(BaseModel):
    """The tokens of all calls of a request."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0

    def add(self, usage: CompletionUsage | None) -> None:
        """Counts one call in."""
        if usage is not None:
            self.prompt_tokens += usage.prompt_tokens
            self.completion_tokens += usage.completion_tokens
            self.total_tokens += usage.total_tokens


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncOpenAI() as client:
        app.state.client = client
        yield


app = FastAPI(title="second-opinion", lifespan=lifespan)


@app.post("/weigh", response_model=None)
async def weigh(request: Request, body: SecondOpinionInput) -> StreamingResponse | dict[str, Any]:
    """Weighs a question from two sides at once and, when asked for a verdict, streams one."""
    client: AsyncOpenAI = request.app.state.client
    usage = Usage()
    async with asyncio.TaskGroup() as tasks:
        pros_task = tasks.create_task(argue(client, usage, "in favour", body.question))
        cons_task = tasks.create_task(argue(client, usage, "against", body.question))
    pros, cons = pros_task.result(), cons_task.result()
    streams = "text/event-stream" in request.headers.get("accept", "")
    if not body.verdict or not pros:
        output = {"pros": pros, "cons": cons}
        return event_stream(only(done("", 0, None, usage, output))) if streams else {"output": output, "usage": usage}
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Decide. Say in two sentences which side is stronger and why."},
        {"role": "user", "content": f"{body.question}\n\nIn favour:\n{pros}\n\nAgainst:\n{cons}"},
    ]
    if streams:
        return event_stream(stream(client, messages, usage))
    completion = await client.chat.completions.create(
        model=MODEL, messages=messages, max_completion_tokens=VERDICT_TOKENS
    )
    usage.add(completion.usage)
    return {"output": completion.choices[0].message.content, "usage": usage}


async def argue(client: AsyncOpenAI, usage: Usage, side: str, question: str) -> str | None:
    """The arguments of one side."""
    completion = await client.chat.completions.create(
        model=MODEL,
        max_completion_tokens=300,
        messages=[
            {"role": "system", "content": f"Give the three best arguments {side}."},
            {"role": "user", "content": question},
        ],
    )
    usage.add(completion.usage)
    return completion.choices[0].message.content


async def stream(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam], usage: Usage) -> AsyncGenerator[str]:
    """The verdict as server-sent events."""
    tokens: list[str] = []
    finish_reason = None
    try:
        chunks = await client.chat.completions.create(
            model=MODEL,
            messages=messages,
            max_completion_tokens=VERDICT_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        )
        async with chunks:
            async for chunk in chunks:
                usage.add(chunk.usage)
                for choice in chunk.choices:
                    finish_reason = choice.finish_reason or finish_reason
                    if text := choice.delta.content:
                        tokens.append(text)
                        yield event("token", {"text": text, "node": "verdict"})
    except OpenAIError as error:
        yield event("error", {"code": "upstream_error", "detail": str(error)})
        return
    text = "".join(tokens)
    yield done(text, len(tokens), finish_reason, usage, text)


def done(text: str, token_count: int, finish_reason: str | None, usage: Usage, output: Any) -> str:
    """The last event of a stream."""
    counts = {"token_count": token_count, "finish_reason": finish_reason, "usage": usage.model_dump()}
    return event("done", {"text": text, **counts, "output": output})


def event_stream(events: AsyncGenerator[str]) -> StreamingResponse:
    """The response that sends events as they come."""
    return StreamingResponse(events, media_type="text/event-stream", headers={"cache-control": "no-cache"})


async def only(event: str) -> AsyncGenerator[str]:
    """A stream of one event."""
    yield event


def event(name: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
