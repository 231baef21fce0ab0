"""Function calls in a model's answer: put together from their pieces, and checked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from app.llm.answer import ModelAnswer, ReadJson
from app.llm.carried import merged
from app.llm.errors import InvalidToolArguments
from app.llm.types import Completion, FunctionCallDelta, JsonObject, Message, Piece, Timing, ToolCall
from app.runtime.usage import Usage

# What decides where an object of JSON ends: quotation marks, what a backslash escapes, brackets.
_MARK = re.compile(r'\\.?|["{}\[\]]', re.DOTALL)


class CallParts(msgspec.Struct):
    """A function call whose arguments come in pieces. `further` are the pieces of what nobody here knows of it."""

    id: str
    name: str = ""
    arguments: list[str] = []
    further: list[JsonObject] = []
    _read: int = 0
    _began: bool = False
    _open: int = 0
    _in_string: bool = False
    _escapes: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the arguments so far are a JSON object that is closed, so that nothing can be missing. Each piece is
        read once, however often this is asked."""
        for piece in filter(None, self.arguments[self._read :]):
            rest, self._escapes = piece[1:] if self._escapes else piece, False
            for mark in _MARK.findall(rest):
                if mark[0] == "\\":
                    self._escapes = len(mark) == 1
                elif mark == '"':
                    self._in_string = not self._in_string
                elif not self._in_string:
                    self._began = self._began or (mark == "{" and not self._open)
                    self._open += 1 if mark in "{[" else -1
        self._read = len(self.arguments)
        return self._began and not self._open and not self._in_string

    def text(self, finish_reason: str | None) -> str:
        """The arguments as JSON. A finished call without any, as functions without parameters get, has none."""
        text = "".join(self.arguments)
        return text if text.strip() or finish_reason == "length" else "{}"

    def as_sent(self, finish_reason: str | None) -> JsonObject:
        """The call for the message that the conversation goes on with."""
        further = merged(self.further)
        text = self.text(finish_reason)
        if not text.lstrip().startswith("{") and (arguments := parse_arguments(text)) is not None:
            text = json_of(arguments)
        function = {**further.get("function", {}), "name": self.name, "arguments": text}
        return {**further, "id": self.id, "type": "function", "function": function}


class UnusableCalls(InvalidToolArguments):
    """Calls with arguments that are not JSON objects, with what it takes to tell the model.

    `calls` holds id, name and arguments of every call in the answer, as the model wrote them; `answer`, `usage` and
    `cost_usd` are what else there is of the answer.
    """

    def __init__(
        self, detail: str, *, answer: "AnswerWithCalls", usage: Usage, cost_usd: float | None, **details: Any
    ) -> None:
        super().__init__(detail, **details)
        self.calls = [(call.id, call.name, call.text(answer.finish_reason)) for call in answer.calls]
        self.answer = answer
        self.usage = usage
        self.cost_usd = cost_usd


class AnswerWithCalls(ModelAnswer):
    """An answer of a model that may call functions.

    `used_ids` are the ids that no further call may have: those of the conversation so far, and of this answer. `server`
    is who it comes from, where the conversation may go on with it. `further` are the pieces of what nobody here knows
    of the message, with parts of its content that are no text, `items` those of a Responses answer if they can be sent
    back.
    """

    calls: list[CallParts] = msgspec.field(default_factory=list[CallParts])
    used_ids: set[str] = msgspec.field(default_factory=set[str])
    server: str = ""
    further: list[JsonObject] = msgspec.field(default_factory=list[JsonObject])
    items: list[JsonObject] = msgspec.field(default_factory=list[JsonObject])

    def begin_call(self, call_id: str | None, place: int | None = None) -> CallParts:
        """A call that begins, at a place among the others or as the last: under its id, or another where it has none or
        one that is taken."""
        number = len(self.calls)
        while not call_id or call_id in self.used_ids:
            call_id = f"call_{number}"
            number += 1
        self.used_ids.add(call_id)
        call = CallParts(call_id)
        self.calls.insert(len(self.calls) if place is None else place, call)
        return call

    @property
    def has_content(self) -> bool:
        """Whether anything that the model said has arrived."""
        return bool(self.text or self.calls or self.refusal or self.opening.held)

    def characters(self) -> int:
        """How many characters the model has written."""
        calls = sum(len(call.name) + sum(map(len, call.arguments)) for call in self.calls)
        return super().characters() + calls

    def pieces(self) -> list[Piece]:
        """All of it as a stream would have brought it."""
        calls = [FunctionCallDelta(call.id, call.name, call.text(self.finish_reason)) for call in self.calls]
        return [*super().pieces(), *calls]

    def complete(
        self,
        *,
        read_json: ReadJson | None,
        schema: Any,
        usage: Usage,
        cost_usd: float | None,
        timing: Timing,
        provider: str = "",
    ) -> Completion:
        """See `ModelAnswer`."""
        completion = ModelAnswer.complete(
            self,
            read_json=read_json,
            schema=schema,
            usage=usage,
            cost_usd=cost_usd,
            timing=timing,
            provider=provider,
        )
        if self.server:
            completion["message"] = self.message()
        return completion

    def message(self) -> Message:
        """The answer as the message that the conversation goes on with."""
        further, text = merged(self.further), self.opening.aside + "".join(self.text)
        known: Message = {"role": "assistant", "content": text or None}
        if parts := further.get("content"):
            is_whole = any(isinstance(part, str) or (isinstance(part, dict) and "text" in part) for part in parts)
            known["content"] = parts if is_whole or not text else [*parts, {"type": "text", "text": text}]
        if self.refusal:
            known["refusal"] = "".join(self.refusal)
        if self.calls:
            known["tool_calls"] = [call.as_sent(self.finish_reason) for call in self.calls]
        if self.items:
            known["response_items"] = self.items
        return cast("Message", {**further, **known, "answered_by": self.server})

    def _tool_calls(self, usage: Usage, cost_usd: float | None) -> list[ToolCall]:
        calls: list[ToolCall] = []
        for call in self.calls:
            arguments = parse_arguments(call.text(self.finish_reason))
            if arguments is None:
                cut = " because the token limit was reached" if self.finish_reason == "length" else ""
                raise UnusableCalls(
                    f"The model asked for {call.name or 'a function'} with arguments that are not a JSON object{cut}.",
                    answer=self,
                    usage=usage,
                    cost_usd=cost_usd,
                    hint="Raise max_tokens." if cut else None,
                    function=call.name,
                    finish_reason=self.finish_reason,
                )
            calls.append({"id": call.id, "name": call.name, "arguments": arguments})
        return calls


def parse_arguments(text: str) -> JsonObject | None:
    """The arguments of a function call; None when they are not, or not only, a JSON object.

    Some servers write null or an empty text where there are none, or the object as a text once more.
    """
    try:
        arguments: Any = msgspec.json.decode(text)
        if isinstance(arguments, str):
            arguments = msgspec.json.decode(arguments.strip() or "null")
    except (ValueError, RecursionError):  # no JSON, not encodable, or brackets without end
        return None
    if arguments is None:
        return {}
    return cast("JsonObject", arguments) if isinstance(arguments, dict) else None


def json_of(arguments: str | JsonObject | None) -> str:
    """Arguments as JSON, also where a server sends them as the object itself; empty where none came."""
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else msgspec.json.encode(arguments).decode()


def call_ids(messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of the calls in a conversation, as far as they are written as Chat Completions has them."""
    ids: set[str] = set()
    for message in messages:
        calls = message.get("tool_calls")
        for call in cast("list[Any]", calls) if isinstance(calls, list) else ():
            match call:
                case {"id": str() as call_id}:
                    ids.add(call_id)
                case _:
                    pass
    return ids


def tools_of(config: Mapping[str, Any]) -> JsonObject:
    """Functions and tools together as `tools`, with the choice among them; empty when there are none."""
    functions: list[Any] = config.get("functions") or []
    tools: list[Any] = config.get("tools") or []
    if not functions and not tools:
        return {}
    choice: Any = config.get("tool_choice")
    if choice is None:
        choice = config.get("function_call")
        if isinstance(choice, dict):
            choice = {"type": "function", "function": cast("JsonObject", choice)}
    sent: JsonObject = {
        "tools": [*tools, *({"type": "function", "function": function} for function in functions)],
        "tool_choice": choice,
        "parallel_tool_calls": config.get("parallel_tool_calls"),
    }
    return {name: value for name, value in sent.items() if value is not None}
