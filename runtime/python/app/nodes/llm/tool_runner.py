"""Runs what a model calls, and words what it is told about them."""

import asyncio
import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from app.nodes.llm.answer_frames import AnswerFrames
from app.nodes.llm.attachments import as_parts, attachments_in, shown
from app.nodes.llm.model_answer import parse_arguments
from app.nodes.llm.openai_types import JsonObject
from app.nodes.llm.tool_spans import ToolSpan, executing_tool
from app.nodes.llm.tools import Tool
from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import FunctionFailed, InvalidFunctionArguments
from app.runtime.json import encode
from app.runtime.log import log_event
from app.runtime.problems import first_error
from app.runtime.sink import EventSink


@dataclass(slots=True)
class AskedCall:
    """A call as the model wrote it; `arguments` is None when they are no JSON object."""

    id: str
    name: str
    text: str
    arguments: JsonObject | None

    @classmethod
    def read(cls, call_id: str, name: str, text: str) -> "AskedCall":
        """The call, its arguments parsed if they can be."""
        return cls(call_id, name, text, parse_arguments(text))


@dataclass(slots=True)
class Told:
    """What the model is told about its call: text, or parts with images and files among them.

    `invalid` says that the call itself was wrong, so that nothing ran.
    """

    message: str | list[JsonObject]
    invalid: dict[str, Any] | None = None


class ToolRunner:
    """Runs calls of `tools`. With `sink`, what they give goes out to the caller as soon as it is there.

    A tool's own failure is told in words that give away nothing but the exception's type; to say more, a tool returns
    it or raises `FunctionFailed` with it.
    """

    __slots__ = ("_ctx", "_node", "_sink", "_tools")

    def __init__(self, ctx: ExecutionContext, tools: Sequence[Tool], *, node: str, sink: EventSink | None) -> None:
        self._ctx = ctx
        self._tools = {tool.name: tool for tool in tools}
        self._node = node
        self._sink = sink

    async def run(self, asked: Sequence[AskedCall]) -> list[Told]:
        """Runs the calls of one answer, all at the same time; what the model is told about each, in their order."""
        if len(asked) == 1:
            return [await self._run_one(asked[0])]
        try:
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(self._run_one(call)) for call in asked]
        except BaseExceptionGroup as errors:
            raise first_error(errors) from None
        return [task.result() for task in running]

    async def _run_one(self, call: AskedCall) -> Told:
        tool = self._tools.get(call.name)
        description = "" if tool is None else tool.description
        with executing_tool(call.name, call_id=call.id, description=description, arguments=call.text) as span:
            return await self._run_traced(call, span)

    async def _run_traced(self, call: AskedCall, span: ToolSpan | None) -> Told:
        """Runs one call and tells the caller of the run at once."""
        started = time.perf_counter()
        failure: FunctionFailed | None = None
        result = b""
        try:
            result, told = await self._result(call)
        except InvalidFunctionArguments as error:
            problems = error.details["errors"]
            told = Told(
                "Error: the arguments do not fit: "
                + "; ".join(f"{item['argument'] or 'arguments'}: {item['detail']}" for item in problems),
                {"function": call.name, "errors": problems},
            )
        except FunctionFailed as error:
            failure = error
            told = Told(f"Error: {error.detail}")
        outcome = "ok" if result else "function_failed" if failure is not None else "invalid_tool_arguments"
        if span is not None:
            span.note(outcome, result)
        cause = None if failure is None else failure.__cause__
        log_event(
            "tool_call",
            level=logging.INFO if failure is None else logging.ERROR,
            execution_id=self._ctx.execution_id,
            node=self._node,
            function=call.name,
            outcome=outcome,
            elapsed_ms=milliseconds_since(started),
            traceback=None if cause is None else "".join(traceback.format_exception(cause)),
        )
        if self._sink is not None:
            came: dict[str, Any] = {"result": msgspec.Raw(result)} if result else {"error": told.message}
            await self._sink.write(AnswerFrames(self._node).tool_result(call.id, call.name, came))
        return told

    async def _result(self, call: AskedCall) -> tuple[bytes, Told]:
        """What the tool gave, as JSON and as the model is told it; no JSON when nothing ran."""
        if call.arguments is None:
            return b"", Told("Error: the arguments are not a complete JSON object.", {"function": call.name})
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(sorted(self._tools))
            return b"", Told(f"Error: there is no such function. There are: {known}.", {"function": call.name})
        value = await tool.run(self._ctx, tool.node, call.arguments)
        returned = attachments_in(value)
        try:
            if returned is not None:
                return encode(shown(returned)), Told(as_parts(returned))
            result = encode(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise FunctionFailed(
                f"The function {call.name} gave a value that has no JSON form.", node=tool.node
            ) from error
        return result, Told(value if isinstance(value, str) else result.decode())
