"""Answers of the Responses API: https://platform.openai.com/docs/api-reference/responses/object"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from starlette.types import Send

from app.openai_api.answers import AnswerSink, SpokenAnswer
from app.openai_api.errors import error_body
from app.openai_api.requests import JsonObject
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.events import Place, encode, frame
from app.runtime.streaming import Input
from app.runtime.usage import PricedUsage

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


class ResponseSink(AnswerSink):
    """Writes an answer as events: https://platform.openai.com/docs/api-reference/responses-streaming

    The answer is a list of items, each of which begins, grows and is done: messages, and calls of functions.
    """

    def __init__(self, send: Send, *, response: JsonObject, **options: Any) -> None:
        super().__init__(send, **options)
        self.output: list[JsonObject] = []
        """The items that are done."""
        self._response = response
        self._number = 1  # Those before are the opening's.
        self._open: JsonObject | None = None
        self._pieces: list[str] = []
        self._before = b""
        self._in_message = False

    def opening(self) -> bytes:
        """That there is a response."""
        kinds = ("response.created", "response.in_progress")
        return b"".join(_event(kind, number, response=self._response) for number, kind in enumerate(kinds))

    def event(self, kind: str, **members: Any) -> bytes:
        """The next event."""
        self._number += 1
        return _event(kind, self._number, **members)

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """What makes an event of each piece of text; the first begins a message."""

        def text_frame(text: str) -> bytes:
            # Most pieces are from the middle of a message.
            begun = b"" if self._in_message else self._begin_message()
            self._number = number = self._number + 1
            self._pieces.append(text)
            return b'%b%b%b,"sequence_number":%d}\n\n' % (begun, self._before, encode(text), number)

        return text_frame

    def call_frames(self, call_id: str, name: str, arguments: str) -> bytes:
        """The next piece of a call, which begins with the first."""
        begun = b""
        if self._open is None or self._open.get("call_id") != call_id:
            begun = self.close_item() + self._begin({**_call(call_id, name, ""), "status": "in_progress"})
        self._pieces.append(arguments)
        at = {"item_id": f"fc_{call_id}", "output_index": len(self.output)}
        return begun + self.event("response.function_call_arguments.delta", **at, delta=arguments)

    def close_item(self) -> bytes:
        """That the item which is growing is done."""
        item, text, at = self._open, "".join(self._pieces), len(self.output)
        if item is None:
            return b""
        self._open, self._pieces, self._in_message = None, [], False
        place: JsonObject = {"item_id": item["id"], "output_index": at}
        if item["type"] == "message":
            done, part = _message(item["id"], text), {"content_index": 0}
            frames = self.event("response.output_text.done", **place, **part, text=text, logprobs=[])
            frames += self.event("response.content_part.done", **place, **part, part=_text(text))
        else:
            done = _call(item["call_id"], item["name"], text)
            frames = self.event("response.function_call_arguments.done", **place, name=item["name"], arguments=text)
        self.output.append(done)
        return frames + self.event("response.output_item.done", output_index=at, item=done)

    def _begin_message(self) -> bytes:
        self.has_said = True
        item_id = f"msg_{len(self.output)}_{self._response['id']}"
        frames = self.close_item()
        place = {"item_id": item_id, "output_index": len(self.output), "content_index": 0}
        frames += self._begin({**_message(item_id, ""), "content": [], "status": "in_progress"})
        kind = "response.output_text.delta"
        head = encode({"type": kind, **place, "logprobs": []})[:-1]
        self._before = b'event: %b\ndata: %b,"delta":' % (kind.encode(), head)
        self._in_message = True
        return frames + self.event("response.content_part.added", **place, part=_text(""))

    def _begin(self, item: JsonObject) -> bytes:
        self._open = item
        return self.event("response.output_item.added", output_index=len(self.output), item=item)


@dataclass(eq=False, kw_only=True)
class ResponseAnswer(SpokenAnswer[Input], Generic[Input]):
    """Answers `POST /v1/responses`."""

    def open_stream(self, ctx: ExecutionContext, send: Send, **options: Any) -> ResponseSink:
        """What streams the answer."""
        return ResponseSink(send, response=self._response(ctx, "in_progress", []), **options)

    def whole(self, ctx: ExecutionContext, text: str, finish_reason: str) -> JsonObject:
        """The answer in one piece."""
        message = _message(f"msg_0_resp_{ctx.execution_id}", text)
        return self._ended(ctx, [message], finish_reason)

    def calls(self, ctx: ExecutionContext, content: str | None, calls: list[JsonObject]) -> JsonObject:
        """The answer in one piece, when the model calls functions of the caller."""
        said = [_message(f"msg_0_resp_{ctx.execution_id}", content)] if content else []
        asked = [_call(call["id"], call["name"], encode(call["arguments"]).decode()) for call in calls]
        return self._ended(ctx, [*said, *asked], "stop")

    def end(self, ctx: ExecutionContext, sink: ResponseSink, text: str, finish_reason: str) -> bytes:
        """What ends a stream."""
        rest = sink.unsaid(text)
        frames = sink.text_frames({})(rest) if rest or not sink.has_said else b""
        return frames + self._last_event(ctx, sink, finish_reason)

    def end_with_calls(self, ctx: ExecutionContext, sink: ResponseSink, calls: list[JsonObject]) -> bytes:
        """What ends a stream, when the model calls functions of the caller."""
        frames = sink.close_item()
        streamed = {item.get("call_id") for item in sink.output}
        for call in calls:
            if call["id"] not in streamed:
                frames += sink.call_frames(call["id"], call["name"], encode(call["arguments"]).decode())
        return frames + self._last_event(ctx, sink, "stop")

    def broken_off(self, ctx: ExecutionContext, sink: ResponseSink, error: ServiceError) -> bytes:
        """What ends a stream that has begun and failed."""
        told = error_body(error, exposed=ctx.settings.expose_errors)["error"]
        code = "rate_limit_exceeded" if error.status == 429 else "server_error"
        failed = self._response(ctx, "failed", sink.output)
        failed["error"] = {"code": code, "message": told["message"]}
        return sink.event("response.failed", response=failed)

    def _last_event(self, ctx: ExecutionContext, sink: ResponseSink, finish_reason: str) -> bytes:
        frames = sink.close_item()
        ended = self._ended(ctx, sink.output, finish_reason)
        return frames + sink.event(f"response.{ended['status']}", response=ended)

    def _ended(self, ctx: ExecutionContext, output: list[JsonObject], finish_reason: str) -> JsonObject:
        reason = _INCOMPLETE.get(finish_reason)
        response = self._response(ctx, "completed" if reason is None else "incomplete", output)
        response["incomplete_details"] = None if reason is None else {"reason": reason}
        response["usage"] = _usage(ctx.usage.total())
        return response

    def _response(self, ctx: ExecutionContext, status: str, output: list[JsonObject]) -> JsonObject:
        """What the workflow decides about a model's call is not told, so its settings are null."""
        body = self.asked.body
        instructions = body.get("instructions")
        return {
            "id": f"resp_{ctx.execution_id}",
            "object": "response",
            "created_at": self.created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": instructions,
            "metadata": body.get("metadata") or {},
            "model": self.asked.model,
            "output": output,
            "parallel_tool_calls": True,
            "temperature": None,
            "tool_choice": "auto",
            "tools": [],
            "top_p": None,
        }


def _event(kind: str, number: int, **members: Any) -> bytes:
    return frame(kind, {"type": kind, **members, "sequence_number": number})


def _message(item_id: str, text: str) -> JsonObject:
    return {
        "id": item_id,
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [_text(text)],
    }


def _text(text: str) -> JsonObject:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _call(call_id: str, name: str, arguments: str) -> JsonObject:
    return {
        "id": f"fc_{call_id}",
        "type": "function_call",
        "status": "completed",
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
    }


def _usage(total: PricedUsage) -> JsonObject:
    return {
        "input_tokens": total["prompt_tokens"],
        "input_tokens_details": {
            "cached_tokens": total["cached_tokens"],
            "cache_write_tokens": total.get("cache_write_tokens", 0),
        },
        "output_tokens": total["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": total["reasoning_tokens"]},
        "total_tokens": total["total_tokens"],
    }
