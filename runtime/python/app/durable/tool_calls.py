"""A model that calls functions, in a durable run: each of its answers and each of its calls is kept for itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import msgspec

from app.durable.lanes import LANE, Lane
from app.durable.records import Failure
from app.durable.steps import recorded
from app.llm import tool_loop
from app.llm.attachments import File, Image, attachments_in
from app.llm.calls import UnusableCalls
from app.llm.completion import complete
from app.llm.provider import Provider
from app.llm.tools import Tool
from app.llm.types import Completion, CompletionConfig, JsonObject
from app.runtime.context import ExecutionContext


async def complete_with_tools(
    ctx: ExecutionContext,
    provider: Provider,
    config: CompletionConfig,
    *,
    node: str,
    tools: Sequence[Tool],
    streamed: bool = False,
    one_call: bool = False,
    max_tool_rounds: int = 8,
) -> Completion:
    """As in `app.llm.tool_loop`.

    Raises:
        ServiceError: as there.
    """
    lane = LANE.get()

    async def ask(config: CompletionConfig) -> Completion:
        if lane is None:
            return await complete(ctx, provider, config, node=node, streamed=streamed)

        async def answer(ctx: ExecutionContext) -> Any:
            return {"answer": await complete(ctx, provider, config, node=node, streamed=streamed)}

        return (await recorded_answer(ctx, lane, node, answer))["answer"]

    return await tool_loop.run_tools(
        ctx,
        ask,
        provider.parts,
        config,
        node=node,
        tools=tools if lane is None else recorded_tools(tools, lane),
        provider=provider.name,
        streamed=streamed,
        one_call=one_call,
        max_tool_rounds=max_tool_rounds,
    )


async def recorded_answer(
    ctx: ExecutionContext, lane: Lane, node: str, ask: Callable[[ExecutionContext], Awaitable[JsonObject]]
) -> JsonObject:
    """What `ask` gives of the next answer of a model, or gave when the run came by here before.

    Raises:
        UnusableCalls: it calls functions in a way that nobody can; that too is kept, as the model is told of it.
        ServiceError: what `recorded` raises.
    """

    async def answer(ctx: ExecutionContext) -> Any:
        try:
            return await ask(ctx)
        except UnusableCalls as error:
            return {"unusable": _written(error)}

    given: Any = await recorded(ctx, lane, lane.name(node), answer)
    if "unusable" in given:
        raise _unusable(given["unusable"])
    return given


def recorded_tools(tools: Sequence[Tool], lane: Lane) -> list[Tool]:
    """The tools, of which each call is kept."""
    return [_recorded_tool(tool, lane) for tool in tools]


def _recorded_tool(tool: Tool, lane: Lane) -> Tool:
    """The tool, of which each call is kept. Calls of one answer begin in its order, so they are told apart by that."""

    async def run(ctx: ExecutionContext, node: str, arguments: JsonObject) -> Any:
        name = lane.name(node)
        inner = lane.within(name)
        LANE.set(inner)

        async def give(ctx: ExecutionContext) -> Any:
            return _packed(await tool.run(ctx, node, arguments))

        try:
            return _unpacked(await recorded(ctx, lane, name, give, parts=True))
        finally:
            lane.at = max(lane.at, inner.at)
            LANE.set(lane)

    return replace(tool, run=run)


def _packed(value: Any) -> Any:
    """What a tool gave, with images and files as what can be kept."""
    returned = attachments_in(value)
    if returned is None:
        return {"value": value}
    return {"parts": [_packed_part(one) for one in returned]}


def _packed_part(one: Any) -> JsonObject:
    match one:
        case Image(url, detail):
            return {"image": [url, detail]}
        case File(filename, url):
            return {"file": [filename, url]}
        case _:
            return {"value": one}


def _unpacked(packed: JsonObject) -> Any:
    return [_unpacked_part(one) for one in packed["parts"]] if "parts" in packed else packed["value"]


def _unpacked_part(one: JsonObject) -> Any:
    if "image" in one:
        return Image(*one["image"])
    return File(*one["file"]) if "file" in one else one["value"]


def _written(error: UnusableCalls) -> JsonObject:
    return {
        "failure": Failure.of(error),
        "calls": error.calls,
        "message": error.answer.message(),
        "usage": error.usage,
        "cost_usd": error.cost_usd,
    }


def _unusable(written: JsonObject) -> UnusableCalls:
    """The error as it was, as far as the loop asks for it."""
    error = cast("UnusableCalls", msgspec.convert(written["failure"], Failure).error())
    error.calls = [(call_id, name, text) for call_id, name, text in written["calls"]]
    error.answer = cast("Any", SimpleNamespace(message=lambda: written["message"]))
    error.usage, error.cost_usd = written["usage"], written["cost_usd"]
    return error
