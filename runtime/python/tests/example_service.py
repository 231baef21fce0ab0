"""A service as generated code would have it, with one route for each thing that the tests look at."""

import asyncio
import time
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, Field

from app.llm.parts import OPENAI
from app.nodes.llm.openai import FunctionSpec, OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.server import create_app, respond
from app.runtime.streaming import StreamMode

GET_ORDER: FunctionSpec = {
    "name": "get_order",
    "description": "Finds an order.",
    "parameters": {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}},
}
ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 100}


class Input(BaseModel):
    message: str = Field(max_length=100)


class Order(BaseModel):
    number: int


def get_order(number: int) -> Order:
    """Runs in a worker thread, its argument converted from the model's string."""
    return Order(number=number)


WAITS: list[float] = []
"""What `wait` was called with."""


def wait(seconds: float) -> None:
    WAITS.append(seconds)
    time.sleep(seconds)


def fail_with_secret(message: str) -> None:
    raise RuntimeError(f"{message} sk-secret")


async def ask(ctx: ExecutionContext, inputs: Input, config: OpenAIConfig, node: str = "answer") -> Any:
    messages: Any = [{"role": "user", "content": inputs.message}]
    return await complete(ctx, {**config, "messages": messages}, node=node, streamed=ctx.streaming)


async def chat(ctx: ExecutionContext, inputs: Input) -> Reply:
    answer = await ask(ctx, inputs, ANSWER)
    return Reply(answer["content"])


async def order(ctx: ExecutionContext, inputs: Input) -> Reply:
    answer = await ask(ctx, inputs, {**ANSWER, "functions": [GET_ORDER]})
    if call := answer["function_call"]:
        found = await call_function(ctx, "get_order", get_order, number=call["arguments"]["number"])
        return Reply({"order": found})
    return Reply(answer["content"])


async def fork(ctx: ExecutionContext, inputs: Input) -> Reply:
    async with asyncio.TaskGroup() as group:
        left = group.create_task(ask(ctx, inputs, ANSWER, "left"))
        group.create_task(ask(ctx, inputs, {**ANSWER, "model": ""}, "right"))
    return Reply(left.result()["content"])


async def fixed(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply(inputs.message, status=201)


async def region(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply({"region": ctx.env["SUPPORT_REGION"]})


async def broken(ctx: ExecutionContext, inputs: Input) -> Reply:
    raise RuntimeError("sk-secret")


async def broken_function(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply(await call_function(ctx, "lookup", fail_with_secret, inputs.message))


async def wrong_arguments(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply(await call_function(ctx, "lookup", get_order, number=inputs.message))


async def no_json(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply({"at": object()})


async def slow_function(ctx: ExecutionContext, inputs: Input) -> Reply:
    await call_function(ctx, "wait", wait, 0.3)
    return Reply("waited")


app = create_app(title="example", description="For the tests.", env=["SUPPORT_REGION"], servers=[OPENAI])


def add_route(path: str, run: Any, stream: StreamMode = "auto") -> None:
    async def endpoint(request: Request, inputs: Input) -> Response:
        return respond(request, run, inputs, workflow="example", stream=stream)

    app.add_api_route(path, endpoint, methods=["POST"])


for run in (chat, order, fork, fixed, region, broken, broken_function, wrong_arguments, no_json, slow_function):
    add_route(f"/{run.__name__}", run)
add_route("/always", chat, "always")
add_route("/never", chat, "never")
