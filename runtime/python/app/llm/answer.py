"""A model's answer while it is put together, and the checks it passes before anyone may use it.

Streamed and whole answers are collected in the same `ModelAnswer`, so that both ways give the same result.
"""

import re
from typing import Any, cast

import msgspec

from app.llm.json_schema import schema_problems
from app.llm.partial_json import PartialJson
from app.llm.types import JsonObject, OpenAICompletion, Timing, TokenLogprob, ToolCall
from app.runtime.errors import (
    ContentFiltered,
    InvalidJsonOutput,
    InvalidToolArguments,
    OutputTruncated,
    StreamInterrupted,
    StreamMalformed,
)
from app.runtime.usage import Usage

_OPENAI = {
    "stop": ("eos", "eos_token", "end", "end_turn", "stop_sequence", "complete", "completed", "finished"),
    "length": ("max_tokens", "max_output_tokens", "max_length", "model_length", "token_limit"),
    "tool_calls": ("tool_use", "tool_call"),
    "content_filter": (
        "content_filtered",
        "safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "sensitive",
        "guardrail_intervened",
    ),
    "error": (
        "abort",
        "aborted",
        "cancelled",
        "network_error",
        "malformed_function_call",
        "insufficient_system_resource",
    ),
}
_KNOWN = {other: name for name, others in _OPENAI.items() for other in others}
_GRAVEST = ("error", "content_filter", "length")


def finish_reason_of(said: str) -> str | None:
    """The reason by OpenAI's name; one that nobody knows as it is, and None for words that say there is none."""
    if said in _OPENAI:
        return said
    word = said.strip().lower()
    return None if word in ("", "null", "none") else word if word in _OPENAI else _KNOWN.get(word, said)


def graver(first: str | None, second: str | None) -> str | None:
    """Of the reasons that two events of an answer give, the one to heed: the first, unless the other is worse."""
    for reason in _GRAVEST:
        if reason in (first, second):
            return reason
    return first or second


# What a fence of Markdown says of the language, before JSON begins.
_LANGUAGE = re.compile(r"[A-Za-z0-9]*(?=[\s{\[\"])")


class CallParts:
    """A function call whose arguments come in pieces."""

    __slots__ = ("_read", "_reader", "arguments", "id", "name")

    def __init__(self, call_id: str) -> None:
        self.id = call_id
        self.name = ""
        self.arguments: list[str] = []
        self._reader: PartialJson | None = None
        self._read = 0

    @property
    def is_complete(self) -> bool:
        """Whether the arguments so far are a JSON object, so that nothing can be missing. Each piece is read once,
        however often this is asked."""
        reader = self._reader = self._reader or PartialJson()
        for piece in self.arguments[self._read :]:
            reader.feed(piece)
        self._read = len(self.arguments)
        return reader.is_complete and isinstance(reader.value(), dict)

    def text(self, finish_reason: str | None) -> str:
        """The arguments as JSON. A finished call without any, as functions without parameters get, has none."""
        text = "".join(self.arguments)
        return text if text.strip() or finish_reason == "length" else "{}"


def parse_arguments(text: str) -> JsonObject | None:
    """The arguments of a function call; None when they are not, or not only, a JSON object."""
    try:
        arguments: Any = msgspec.json.decode(text)
    except (ValueError, RecursionError):  # no JSON, not encodable, or brackets without end
        return None
    return cast("JsonObject", arguments) if isinstance(arguments, dict) else None


class UnusableCalls(InvalidToolArguments):
    """Calls with arguments that are not JSON objects, with what it takes to tell the model.

    `calls` holds id, name and arguments of every call in the answer, as the model wrote them; `content`, `items` and
    `usage` are those of the answer.
    """

    def __init__(
        self,
        detail: str,
        *,
        calls: list[tuple[str, str, str]],
        content: str | None,
        items: list[JsonObject],
        usage: Usage,
        **details: Any,
    ) -> None:
        super().__init__(detail, **details)
        self.calls = calls
        self.content = content
        self.items = items
        self.usage = usage
        self.cost_usd: float | None = None


class ModelAnswer:
    """Everything that has arrived of one answer."""

    __slots__ = (
        "calls",
        "fingerprint",
        "finish_reason",
        "id",
        "items",
        "logprobs",
        "model",
        "refusal",
        "service_tier",
        "text",
        "usage",
        "used_ids",
    )

    def __init__(self, model: str) -> None:
        self.id = ""
        self.model = model
        self.text: list[str] = []
        self.refusal: list[str] = []
        self.calls: list[CallParts] = []
        self.used_ids: set[str] = set()
        """Ids of calls that no other call may have: those of the conversation so far, and of this answer."""
        self.finish_reason: str | None = None
        self.usage: Usage | None = None
        self.service_tier: str | None = None
        """How the call was processed, which may be other than what was asked for, and has its price."""
        self.fingerprint: str | None = None
        self.logprobs: list[TokenLogprob] = []
        """Those of the text's tokens, if they were asked for."""
        self.items: list[JsonObject] = []
        """The output items of a Responses answer that can be sent back to go on with its reasoning."""

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
        return bool(self.text or self.calls or self.refusal)

    def characters(self) -> int:
        """How many characters the model has written."""
        calls = sum(len(call.name) + sum(map(len, call.arguments)) for call in self.calls)
        return sum(map(len, self.text)) + sum(map(len, self.refusal)) + calls

    def complete(self, *, expects_json: bool, usage: Usage, timing: Timing, schema: Any = None) -> OpenAICompletion:
        """The checked result; with `schema`, what the JSON says has to fit it.

        Raises:
            StreamInterrupted: no finish_reason, or the provider says that it failed.
            ContentFiltered, InvalidToolArguments, OutputTruncated, InvalidJsonOutput: see there.
        """
        text = "".join(self.text)
        self._check_finish_reason(text)
        tool_calls = [self._tool_call(call, text, usage) for call in self.calls]
        first = tool_calls[0] if tool_calls else None
        refusal = "".join(self.refusal) or None
        parsed = None
        if expects_json and first is None and refusal is None:
            parsed = self._parse(text, usage, has_schema=schema is not None)
            _check_schema(parsed, schema)
        completion: OpenAICompletion = {
            "content": text or None,
            "function_call": None if first is None else {"name": first["name"], "arguments": first["arguments"]},
            "tool_calls": tool_calls,
            "parsed": parsed,
            "refusal": refusal,
            # Some servers say "stop" next to tool calls; the calls are the fact.
            "finish_reason": "tool_calls" if tool_calls and self.finish_reason == "stop" else str(self.finish_reason),
            "model": self.model,
            "id": self.id,
            "logprobs": self.logprobs or None,
            "usage": usage,
            "cost_usd": None,
            "timing": timing,
        }
        if self.items:
            completion["response_items"] = self.items
        return completion

    def _check_finish_reason(self, text: str) -> None:
        if self.finish_reason is None:
            error = StreamInterrupted("The answer ended before the model had finished.", received_characters=len(text))
            error.partial_text = text
            raise error
        if self.finish_reason == "error":
            error = StreamInterrupted("The provider ended the answer with an error.", received_characters=len(text))
            error.partial_text = text
            raise error
        if self.finish_reason == "content_filter":
            raise ContentFiltered("The provider's content filter stopped the answer.", received_characters=len(text))
        if self.finish_reason in ("tool_calls", "function_call") and not self.has_content:
            raise StreamMalformed("The model says that it calls functions, and no call has arrived.")

    def _tool_call(self, call: CallParts, text: str, usage: Usage) -> ToolCall:
        arguments = parse_arguments(call.text(self.finish_reason))
        if arguments is None:
            cut = " because the token limit was reached" if self.finish_reason == "length" else ""
            raise UnusableCalls(
                f"The model asked for {call.name or 'a function'} with arguments that are not a JSON object{cut}.",
                calls=[(one.id, one.name, one.text(self.finish_reason)) for one in self.calls],
                content=text or None,
                items=self.items,
                usage=usage,
                hint="Raise max_tokens." if cut else None,
                function=call.name,
                finish_reason=self.finish_reason,
            )
        return {"id": call.id, "name": call.name, "arguments": arguments}

    def _parse(self, text: str, usage: Usage, *, has_schema: bool) -> Any:
        if self.finish_reason == "length":
            raise OutputTruncated(
                "The answer reached the token limit before its JSON was complete.",
                completion_tokens=usage["completion_tokens"],
                reasoning_tokens=usage["reasoning_tokens"] or None,
            )
        try:
            return msgspec.json.decode(_without_fence(text))
        except (ValueError, RecursionError) as error:
            raise InvalidJsonOutput(
                "The model was asked for JSON and answered with something else.",
                hint=None
                if has_schema
                else f"{InvalidJsonOutput.advice} A JSON schema as the response format helps too.",
            ) from error


def _without_fence(text: str) -> str:
    """What stands in the one fence of Markdown around all of a text, as models like to write JSON; else the text."""
    inner = text.strip()
    if len(inner) < 6 or not (inner.startswith("```") and inner.endswith("```")):
        return text
    inner = inner[3:-3]
    language = _LANGUAGE.match(inner)
    return inner if language is None else inner[language.end() :]


def _check_schema(parsed: Any, schema: Any) -> None:
    problems = [] if schema is None else schema_problems(parsed, schema)
    if problems:
        first = problems[0]
        raise InvalidJsonOutput(
            f"The model's JSON does not fit the schema: {first['pointer'] or 'the value'} {first['detail']}.",
            hint="Set strict to true in the response format, or describe in the prompt what `errors` points at.",
            errors=problems,
        )
