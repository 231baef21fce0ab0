"""B, the baseline: examples/support-chat as a good engineer writes it by hand with FastAPI and the OpenAI SDK.

One client with its pool for the process, uvloop and httptools, no access log, msgspec for what it encodes itself, one
generator per stream. It answers with the same events and the same JSON as the generated service, so that both are
checked by the same rules.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from openai import APIError, AsyncOpenAI
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import BaseModel, Field

from services.serving import serve

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
ORDERS: dict[str, dict[str, Any]] = {
    "A-1042": {"number": "A-1042", "status": "shipped", "items": ["desk lamp", "two bulbs"]},
    "A-1043": {"number": "A-1043", "status": "in preparation", "items": ["bookshelf"]},
}

encode = msgspec.json.Encoder().encode


class Question(BaseModel):
    """What POST /chat takes."""

    message: str = Field(min_length=1, max_length=4000)
    language: str = "en"


class Call:
    """A function call whose arguments come in pieces."""

    def __init__(self, call_id: str, name: str) -> None:
        self.id = call_id
        self.name = name
        self.arguments = ""

    def run(self) -> dict[str, Any]:
        """The order that the call asks for."""
        number: str = msgspec.json.decode(self.arguments)["number"]
        return {"order": ORDERS.get(number.strip().upper())}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncOpenAI() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/chat")
async def chat(request: Request, question: Question) -> Response:
    """Answers a customer; looks an order up when asked about one."""
    client: AsyncOpenAI = request.app.state.client
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": f"You help customers in every region. Answer in {question.language.upper()}."},
        {"role": "user", "content": question.message},
    ]
    if "text/event-stream" in request.headers.get("accept", ""):
        return StreamingResponse(
            stream(client, messages), media_type="text/event-stream", headers={"cache-control": "no-cache"}
        )
    return Response(await answer(client, messages), media_type="application/json")


async def answer(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam]) -> bytes:
    """The whole answer as JSON."""
    completion = await client.chat.completions.create(
        model=MODEL, messages=messages, max_completion_tokens=MAX_TOKENS, tools=TOOLS
    )
    message = completion.choices[0].message
    output: Any = message.content
    if message.tool_calls and message.tool_calls[0].type == "function":
        function = message.tool_calls[0].function
        call = Call(message.tool_calls[0].id, function.name)
        call.arguments = function.arguments
        output = call.run()
    return encode({"output": output, "usage": counts(completion.usage)})


async def stream(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam]) -> AsyncIterator[bytes]:
    """The answer as server-sent events, each sent as it comes."""
    text: list[str] = []
    calls: dict[int, Call] = {}
    usage: CompletionUsage | None = None
    finish_reason: str | None = None
    chunks = await client.chat.completions.create(
        model=MODEL,
        messages=messages,
        max_completion_tokens=MAX_TOKENS,
        tools=TOOLS,
        stream=True,
        stream_options={"include_usage": True},
    )
    try:
        async with chunks:
            async for chunk in chunks:
                if chunk.usage is not None:
                    usage = chunk.usage
                if not chunk.choices:
                    continue
                choice = chunk.choices[0]
                if choice.delta.content:
                    text.append(choice.delta.content)
                    yield event("token", {"text": choice.delta.content, "node": "answer"})
                for piece in choice.delta.tool_calls or ():
                    function = piece.function
                    if piece.id is not None and function is not None:
                        calls[piece.index] = Call(piece.id, function.name or "")
                    if function is not None:
                        calls[piece.index].arguments += function.arguments or ""
                finish_reason = choice.finish_reason or finish_reason
    except APIError as error:
        yield event("error", {"code": "upstream_error", "detail": type(error).__name__})
        return
    for frame in last_events("".join(text), len(text), calls.values(), finish_reason, counts(usage)):
        yield frame


def last_events(
    text: str, token_count: int, calls: Iterable[Call], finish_reason: str | None, usage: dict[str, int]
) -> Iterator[bytes]:
    """The calls with what they gave, and the end of the answer."""
    output: Any = text
    for call in calls:
        arguments: Any = msgspec.json.decode(call.arguments)
        yield event("function_call", {"node": "answer", "id": call.id, "name": call.name, "arguments": arguments})
        output = call.run()
    done = {
        "text": text,
        "token_count": token_count,
        "finish_reason": finish_reason,
        "usage": usage,
        "output": output,
    }
    yield event("usage", {"node": "answer", **usage}) + event("done", done)


def event(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), encode(data))


def counts(usage: CompletionUsage | None) -> dict[str, int]:
    """The tokens used."""
    if usage is None:
        return {}
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
    }


if __name__ == "__main__":
    serve(app)
