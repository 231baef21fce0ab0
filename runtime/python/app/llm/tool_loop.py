"""The loop of a model that calls functions: it asks, they run, it is told what they gave, until it answers.

https://platform.openai.com/docs/guides/function-calling
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import msgspec

from app.llm.attachments import as_parts, attachments_in, shown
from app.llm.calls import UnusableCalls, parse_arguments
from app.llm.completion import complete
from app.llm.errors import InvalidToolArguments
from app.llm.provider import Parts, Provider, Tracing
from app.llm.rounds import sum_of, sum_of_costs
from app.llm.tools import Tool
from app.llm.types import Completion, CompletionConfig, JsonObject, Message, ToolCall
from app.runtime.context import ExecutionContext, milliseconds_since
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink, encode
from app.runtime.functions import FunctionFailed, InvalidFunctionArguments
from app.runtime.log import log_event
from app.runtime.problems import first_error, traceback_of
from app.runtime.usage import Usage


class ToolLoopLimit(ServiceError, code="tool_loop_limit", title="Too many tool rounds", status=502):
    """The model kept calling functions instead of answering; `max_tool_rounds` is the limit."""

    hint = "Raise max_tool_rounds, or tell the model in the prompt when to stop calling functions."


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

    __slots__ = ("_ctx", "_node", "_sink", "_tools", "_tracing")

    def __init__(
        self,
        ctx: ExecutionContext,
        tools: Sequence[Tool],
        *,
        node: str,
        sink: EventSink | None,
        tracing: Tracing | None = None,
    ) -> None:
        self._ctx = ctx
        self._tracing = tracing
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
        if self._tracing is None:
            return await self._run_traced(call, None)
        span = self._tracing.tool_call(call.name, call_id=call.id, description=description, arguments=call.text)
        with span as note:
            return await self._run_traced(call, note)

    async def _run_traced(self, call: AskedCall, note: Callable[[str, bytes], None] | None) -> Told:
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
        if note is not None:
            note(outcome, result)
        log_event(
            "tool_call",
            level=logging.INFO if failure is None else logging.ERROR,
            execution_id=self._ctx.execution_id,
            node=self._node,
            function=call.name,
            outcome=outcome,
            elapsed_ms=milliseconds_since(started),
            traceback=None if failure is None else traceback_of(failure),
        )
        if self._sink is not None:
            came: dict[str, Any] = {"result": msgspec.Raw(result)} if result else {"error": told.message}
            about = {**self._ctx.place(self._node), "id": call.id, "name": call.name}
            await self._sink.write(self._sink.frame("tool_result", {**about, **came}))
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


_INVALID_ROUNDS = 2
"""How often the model is told that it calls functions wrongly, before the run gives up."""

_REFUSED_CALL = (
    "That call was refused: it fits none of the functions. Call one that was offered, with arguments that fit its "
    "parameters, or answer without one."
)

Ask = Callable[[CompletionConfig], Awaitable[Completion]]


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
    """Runs a completion as the step `node` of a workflow, with functions of the project for the model to call.

    What the model calls is run, and the model is told what it gave, at most `max_tool_rounds` times; the usage is then
    that of all rounds, and so is the time. With `streamed`, and when the caller of the run listens, text, calls and
    results go out to the caller as they come. A call of a function that `config` declares ends it; with `one_call`, any
    call beside that one is an error, so that none is lost.

    Raises:
        ServiceError: as `complete`, `ToolLoopLimit`, and `InvalidToolArguments` for a call of a declared function whose
            parameters it does not fit, or one of several; `node` is filled in.
    """

    async def ask(config: CompletionConfig) -> Completion:
        return await complete(ctx, provider, config, node=node, streamed=streamed)

    return await run_tools(
        ctx,
        ask,
        provider.parts,
        config,
        node=node,
        tools=tools,
        provider=provider.name,
        streamed=streamed,
        one_call=one_call,
        max_tool_rounds=max_tool_rounds,
    )


async def run_tools(
    ctx: ExecutionContext,
    ask: Ask,
    parts: Parts,
    config: CompletionConfig,
    *,
    node: str,
    tools: Sequence[Tool],
    provider: str = "",
    streamed: bool,
    one_call: bool,
    max_tool_rounds: int,
) -> Completion:
    """As `complete_with_tools`, whoever it is that `ask` asks.

    Raises:
        ServiceError: as `complete_with_tools`.
    """
    tracing = parts.tracing
    runner = ToolRunner(ctx, tools, node=node, sink=ctx.sink if streamed else None, tracing=tracing)
    loop = ToolLoop(ctx, config, tools, node=node, runner=runner, ask=ask)
    with nullcontext() if tracing is None else tracing.agent(node, provider, config["model"]):
        try:
            answer = await loop.run(max_tool_rounds)
        except ServiceError as error:
            error.node = error.node or node
            raise
    first = answer["function_call"]
    calls = answer["tool_calls"] if first is not None else []
    theirs = [call for call in calls if first is not None and call["name"] == first["name"]]
    if parts.check_calls is not None:
        parts.check_calls(config, theirs, calls if one_call else (), node)
    return answer


class ToolLoop:
    """Asks the model again and again through `ask`, and runs the tools that it calls in between."""

    __slots__ = ("_ask", "_config", "_ctx", "_invalid_rounds", "_messages", "_node", "_runner", "_theirs")

    def __init__(
        self,
        ctx: ExecutionContext,
        config: CompletionConfig,
        tools: Sequence[Tool],
        *,
        node: str,
        runner: ToolRunner,
        ask: Ask,
    ) -> None:
        declared = config.get("tools", [])
        self._ctx = ctx
        self._config: CompletionConfig = {**config, "tools": [*declared, *(tool.spec for tool in tools)]}
        self._messages: list[Message] = list(config.get("messages", []))
        self._runner = runner
        self._theirs = {function["name"] for function in config.get("functions", [])}
        self._theirs.update(tool["function"]["name"] for tool in declared)
        self._node = node
        self._ask = ask
        self._invalid_rounds = 0

    async def run(self, max_rounds: int) -> Completion:
        """The model's answer, with the usage and the time of all rounds.

        A call of a function that is declared but no tool ends the loop too; it is then the answer's `function_call`.

        Raises:
            ToolLoopLimit: the model still calls tools after `max_rounds` rounds of them.
            InvalidToolArguments: it keeps calling them wrongly.
            ServiceError: everything that can go wrong with a model call.
        """
        started = time.perf_counter()
        answers = _Answers()
        for rounds_left in range(max_rounds, -1, -1):
            before = milliseconds_since(started)
            try:
                completion = await self._ask({**self._config, "messages": self._messages})
            except UnusableCalls as error:
                if self._invalid_rounds == _INVALID_ROUNDS or any(name in self._theirs for _, name, _ in error.calls):
                    raise
                answers.add(error.usage, error.cost_usd)
                message = error.answer.message()
                asked = [AskedCall.read(*call) for call in error.calls]
            except InvalidToolArguments as error:
                if not rounds_left or not self._tell_of_refused(error):
                    raise
                continue
            else:
                answers.add(completion["usage"], completion["cost_usd"], before, completion["timing"]["first_token_ms"])
                message = completion.get("message")
                asked = [
                    AskedCall(call["id"], call["name"], encode(call["arguments"]).decode(), call["arguments"])
                    for call in completion["tool_calls"]
                ]
                theirs = next((call for call in completion["tool_calls"] if call["name"] in self._theirs), None)
                if theirs is not None or not asked or message is None:
                    total_ms = self._ctx.node_timings[self._node] = milliseconds_since(started)
                    return answers.last(completion, theirs, total_ms=total_ms)
            if not rounds_left:
                raise ToolLoopLimit(
                    f"The model still calls functions after {max_rounds} rounds of them.",
                    max_tool_rounds=max_rounds,
                    functions=sorted({call.name for call in asked}),
                )
            # What the tools give could not be told any more.
            self._ctx.usage.check_budget()
            await self._round(message, asked)
        raise AssertionError("the last round returns or raises")

    def _tell_of_refused(self, error: InvalidToolArguments) -> bool:
        """Tells the model of a call of its own that the provider refused; False where that has not helped before, or
        nobody knows what it wrote."""
        written: str | None = error.details.get("failed_generation")
        if written is None or self._invalid_rounds == _INVALID_ROUNDS:
            return False
        self._invalid_rounds += 1
        if written:
            self._messages.append({"role": "assistant", "content": written})
        self._messages.append({"role": "user", "content": _REFUSED_CALL})
        return True

    async def _round(self, answer: Message, asked: list[AskedCall]) -> None:
        """Runs the calls of one answer, all at the same time, and adds answer and results to the conversation."""
        told = await self._runner.run(asked)
        invalid = next((one.invalid for one in told if one.invalid is not None), None)
        if invalid is not None:
            self._invalid_rounds += 1
            if self._invalid_rounds > _INVALID_ROUNDS:
                raise InvalidToolArguments(
                    f"The model keeps calling {invalid['function']} with arguments that do not fit.", **invalid
                )
        self._messages.append(answer)
        for call, one in zip(asked, told, strict=True):
            self._messages.append({"role": "tool", "tool_call_id": call.id, "content": one.message})
        # A choice that forces a call would force one for ever.
        choice = self._config.get("tool_choice")
        if isinstance(choice, dict) and choice.get("allowed_tools") is not None:
            self._config["tool_choice"] = {**choice, "allowed_tools": {**choice["allowed_tools"], "mode": "auto"}}
        elif choice not in (None, "none"):
            self._config["tool_choice"] = "auto"
        if isinstance(self._config.get("function_call"), dict):
            self._config["function_call"] = "auto"


class _Answers:
    """Sums what the rounds used."""

    __slots__ = ("_cost_usd", "_first_token_ms", "_usage")

    def __init__(self) -> None:
        self._usage: Usage | None = None
        self._cost_usd: float | None = 0.0
        self._first_token_ms: float | None = None

    def add(
        self, usage: Usage, cost_usd: float | None, before_ms: float = 0.0, first_token_ms: float | None = None
    ) -> None:
        self._cost_usd = sum_of_costs(self._cost_usd, cost_usd)
        if self._first_token_ms is None and first_token_ms is not None:
            self._first_token_ms = round(before_ms + first_token_ms, 3)
        self._usage = usage if self._usage is None else sum_of(self._usage, usage)

    def last(self, completion: Completion, theirs: ToolCall | None, *, total_ms: float) -> Completion:
        """The last answer as the answer of the whole loop, which nobody has to go on with."""
        whole: Completion = {
            **completion,
            "usage": self._usage or completion["usage"],
            "cost_usd": self._cost_usd,
            "function_call": None if theirs is None else {"name": theirs["name"], "arguments": theirs["arguments"]},
            "timing": {"first_token_ms": self._first_token_ms, "total_ms": total_ms},
        }
        whole.pop("message", None)
        return whole
