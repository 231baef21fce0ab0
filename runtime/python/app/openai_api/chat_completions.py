"""Answers of Chat Completions: https://platform.openai.com/docs/api-reference/chat/object"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from starlette.types import Send

from app.openai_api.answers import AnswerSink, SpokenAnswer
from app.openai_api.errors import error_body
from app.openai_api.requests import JsonObject
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.events import Place, encode
from app.runtime.streaming import Input
from app.runtime.usage import PricedUsage

_DONE = b"data: [DONE]\n\n"
_REASONS = {"stop", "length", "content_filter"}


class ChunkSink(AnswerSink):
    """Writes an answer as chunks: https://platform.openai.com/docs/api-reference/chat-streaming"""

    def __init__(self, send: Send, *, head: JsonObject, tail: bytes, **options: Any) -> None:
        super().__init__(send, **options)
        start = encode(head)[:-1]
        self._before = b'data: %b,"choices":[{"index":0,"delta":{' % start
        self._after = b'},"logprobs":null,"finish_reason":%b}]' + tail + b"}\n\n"
        self._after_text = self._after % b"null"
        self._calls: dict[str, int] = {}

    def opening(self) -> bytes:
        """Whose message it is."""
        return self._before + b'"role":"assistant","content":"","refusal":null' + self._after_text

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """What makes a chunk of each piece of text."""
        before, after = self._before + b'"content":', self._after_text

        def text_frame(text: str) -> bytes:
            self.has_said = True
            return before + encode(text) + after

        return text_frame

    def frame(self, event: str, data: JsonObject) -> bytes:
        """As in AnswerSink; what a model thinks goes where DeepSeek's API and its clients have it."""
        if event == "reasoning":
            return self._before + b'"reasoning_content":' + encode(data["text"]) + self._after_text
        return super().frame(event, data)

    def call_frames(self, call_id: str, name: str, arguments: str) -> bytes:
        """The next piece of a call; the first also says what it is."""
        if (index := self._calls.get(call_id)) is not None:
            call: JsonObject = {"index": index, "function": {"arguments": arguments}}
        else:
            index = self._calls[call_id] = len(self._calls)
            function = {"name": name, "arguments": arguments}
            call = {"index": index, "id": call_id, "type": "function", "function": function}
        return self._before + b'"tool_calls":[%b]' % encode(call) + self._after_text

    def frames_of_calls(self, calls: list[JsonObject]) -> bytes:
        """The calls that have not been streamed, and that they end the answer."""
        frames = b""
        for call in calls:
            if call["id"] not in self._calls:
                frames += self.call_frames(call["id"], call["name"], encode(call["arguments"]).decode())
        return frames + self._before + self._after % b'"tool_calls"'

    def last_frames(self, text: str, finish_reason: str) -> bytes:
        """The rest of the text, and why it ends."""
        rest = self.unsaid(text)
        said = self.text_frames({})(rest) if rest else b""
        return said + self._before + self._after % encode(finish_reason)


@dataclass(eq=False, kw_only=True)
class ChatCompletion(SpokenAnswer[Input], Generic[Input]):
    """Answers `POST /v1/chat/completions`."""

    def open_stream(self, ctx: ExecutionContext, send: Send, **options: Any) -> ChunkSink:
        """What streams the answer."""
        # With the counts in a chunk of their own, all others say that they have none.
        tail = b',"usage":null' if self.asked.include_usage else b""
        return ChunkSink(send, head=self._head(ctx, "chat.completion.chunk"), tail=tail, **options)

    def whole(self, ctx: ExecutionContext, text: str, finish_reason: str) -> JsonObject:
        """The answer in one piece."""
        message: JsonObject = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
        choice: JsonObject = {"index": 0, "message": message, "logprobs": None, "finish_reason": _known(finish_reason)}
        return {**self._head(ctx, "chat.completion"), "choices": [choice], "usage": _usage(ctx.usage.total())}

    def calls(self, ctx: ExecutionContext, content: str | None, calls: list[JsonObject]) -> JsonObject:
        """The answer in one piece, when the model calls functions of the caller."""
        answer = self.whole(ctx, "", "stop")
        [choice] = answer["choices"]
        choice["finish_reason"] = "tool_calls"
        choice["message"] |= {
            "content": content,
            "tool_calls": [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {"name": call["name"], "arguments": encode(call["arguments"]).decode()},
                }
                for call in calls
            ],
        }
        return answer

    def end(self, ctx: ExecutionContext, sink: ChunkSink, text: str, finish_reason: str) -> bytes:
        """What ends a stream."""
        return sink.last_frames(text, _known(finish_reason)) + self._counted(ctx)

    def end_with_calls(self, ctx: ExecutionContext, sink: ChunkSink, calls: list[JsonObject]) -> bytes:
        """What ends a stream, when the model calls functions of the caller."""
        return sink.frames_of_calls(calls) + self._counted(ctx)

    def _counted(self, ctx: ExecutionContext) -> bytes:
        if not self.asked.include_usage:
            return _DONE
        head = self._head(ctx, "chat.completion.chunk")
        return b"data: %b\n\n" % encode({**head, "choices": [], "usage": _usage(ctx.usage.total())}) + _DONE

    def broken_off(self, ctx: ExecutionContext, sink: ChunkSink, error: ServiceError) -> bytes:
        """What ends a stream that has begun and failed."""
        return b"data: %b\n\n" % encode(error_body(error, exposed=ctx.settings.expose_errors)) + _DONE

    def _head(self, ctx: ExecutionContext, kind: str) -> JsonObject:
        return {
            "id": f"chatcmpl-{ctx.execution_id}",
            "object": kind,
            "created": self.created,
            "model": self.asked.model,
        }


def _known(finish_reason: str) -> str:
    """Why the answer ends: a call that the workflow itself went on with is no reason to the caller."""
    return finish_reason if finish_reason in _REASONS else "stop"


def _usage(total: PricedUsage) -> JsonObject:
    return {
        "prompt_tokens": total["prompt_tokens"],
        "completion_tokens": total["completion_tokens"],
        "total_tokens": total["total_tokens"],
        "prompt_tokens_details": {
            "cached_tokens": total["cached_tokens"],
            "cache_write_tokens": total.get("cache_write_tokens", 0),
        },
        "completion_tokens_details": {"reasoning_tokens": total["reasoning_tokens"]},
    }
