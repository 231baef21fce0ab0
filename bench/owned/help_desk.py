"""examples/help-desk by hand: hands urgent cases on, answers the rest and looks orders up for it."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from openai import AsyncOpenAI, OpenAIError
from openai.types import CompletionUsage
from openai.types.chat import (
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionMessageParam,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MODEL = "gpt-5.4-mini"
MAX_TOKENS = 400
MAX_TOOL_ROUNDS = 2
TOOLS: list[ChatCompletionFunctionToolParam] = [
    {
        "type": "function",
        "function": {
            "name": "find_order",
            "description": "Finds an order by its number, such as A-1042.",
            "parameters": {
                "type": "object",
                "properties": {"number": {"type": "string", "examples": ["A-1042"], "maxLength": 20}},
                "required": ["number"],
            },
        },
    }
]
STATUS = {"A-1042": "shipped", "A-1043": "in preparation"}


class HelpDeskInput(BaseModel):
    """What POST /help takes."""

    message: str = Field(min_length=1, max_length=4000)


class Case(BaseModel):
    """What a message is about."""

    model_config = ConfigDict(extra="forbid")
    topic: Literal["order", "product", "complaint", "other"]
    can_wait: bool
    summary: str = Field(description="One sentence.")


class FindOrderInput(BaseModel):
    """What the model passes to find_order."""

    number: str = Field(max_length=20)


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


app = FastAPI(title="help-desk", lifespan=lifespan)


@app.post("/help", response_model=None)
async def help_customer(request: Request, body: HelpDeskInput) -> StreamingResponse | JSONResponse | dict[str, Any]:
    """Sorts what customers write: hands urgent cases on, answers the rest and looks orders up for it."""
    client: AsyncOpenAI = request.app.state.client
    usage = Usage()
    case = await classify(client, body.message, usage)
    streams = "text/event-stream" in request.headers.get("accept", "")
    if not case.can_wait:
        output = {"handed_on": True, "topic": case.topic, "summary": case.summary}
        if streams:
            return event_stream(only(done("", 0, None, usage, output)))
        return JSONResponse({"output": output, "usage": usage.model_dump()}, status_code=202)
    messages: list[ChatCompletionMessageParam] = [
        {
            "role": "system",
            "content": (
                f"You help customers of a lamp shop, briefly. This one writes about {case.topic}. Look an order up "
                "before you say anything about it."
            ),
        },
        {"role": "user", "content": body.message},
    ]
    if streams:
        return event_stream(stream(client, messages, usage))
    return {"output": await answer(client, messages, usage), "usage": usage}


async def classify(client: AsyncOpenAI, message: str, usage: Usage) -> Case:
    """Says what a message is about and whether it can wait."""
    completion = await client.chat.completions.parse(
        model=MODEL,
        max_completion_tokens=200,
        response_format=Case,
        messages=[
            {
                "role": "system",
                "content": "Classify what a customer writes. Everything can wait but what endangers somebody.",
            },
            {"role": "user", "content": message},
        ],
    )
    usage.add(completion.usage)
    case = completion.choices[0].message.parsed
    if case is None:
        raise HTTPException(502, "The model did not classify the message.")
    return case


async def answer(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam], usage: Usage) -> str | None:
    """Asks, runs what the model calls, and asks again, until there is an answer."""
    for _ in range(MAX_TOOL_ROUNDS + 1):
        completion = await client.chat.completions.create(
            model=MODEL, messages=messages, max_completion_tokens=MAX_TOKENS, tools=TOOLS, parallel_tool_calls=False
        )
        usage.add(completion.usage)
        message = completion.choices[0].message
        calls = [call for call in message.tool_calls or () if call.type == "function"]
        if not calls:
            return message.content
        for call in calls:
            result = find_order(call.function.arguments)
            add_call(messages, call.id, call.function.name, call.function.arguments, result)
    raise HTTPException(502, "The model calls functions without end.")


async def stream(client: AsyncOpenAI, messages: list[ChatCompletionMessageParam], usage: Usage) -> AsyncGenerator[str]:
    """As `answer`, as server-sent events; the arguments of a call come in pieces and are put together."""
    for _ in range(MAX_TOOL_ROUNDS + 1):
        tokens: list[str] = []
        call_id = name = arguments = ""
        finish_reason = None
        try:
            chunks = await client.chat.completions.create(
                model=MODEL,
                messages=messages,
                max_completion_tokens=MAX_TOKENS,
                tools=TOOLS,
                parallel_tool_calls=False,
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
                            yield event("token", {"text": text, "node": "answer"})
                        for piece in choice.delta.tool_calls or ():
                            call_id = piece.id or call_id
                            if piece.function is not None:
                                name = piece.function.name or name
                                arguments += piece.function.arguments or ""
        except OpenAIError as error:
            yield event("error", {"code": "upstream_error", "detail": str(error)})
            return
        if not call_id:
            text = "".join(tokens)
            yield done(text, len(tokens), finish_reason, usage, text)
            return
        called = {"node": "answer", "id": call_id, "name": name}
        yield event("function_call", {**called, "arguments": json.loads(arguments)})
        result = find_order(arguments)
        yield event("tool_result", {**called, "result": result})
        add_call(messages, call_id, name, arguments, result)
    yield event("error", {"code": "tool_loop_limit", "detail": "The model calls functions without end."})


def find_order(arguments: str) -> dict[str, str]:
    """Finds the order that the model asks for; says so where there is none, or the arguments do not fit."""
    try:
        number = FindOrderInput.model_validate_json(arguments).number
    except ValidationError as error:
        return {"error": f"The arguments do not fit: {error}"}
    found = number.strip().upper()
    status = STATUS.get(found)
    return {"error": f"There is no order {number}."} if status is None else {"number": found, "status": status}


def add_call(
    messages: list[ChatCompletionMessageParam], call_id: str, name: str, arguments: str, result: dict[str, str]
) -> None:
    """Adds a call and what it gave, so that the model goes on from there."""
    call: ChatCompletionMessageFunctionToolCallParam = {
        "id": call_id,
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }
    messages.append({"role": "assistant", "tool_calls": [call]})
    messages.append({"role": "tool", "tool_call_id": call_id, "content": json.dumps(result, separators=(",", ":"))})


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
