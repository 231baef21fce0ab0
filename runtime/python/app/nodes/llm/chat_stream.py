"""Decoder for a streamed Chat Completions answer, without I/O.

https://platform.openai.com/docs/api-reference/chat/streaming; the oddities it copes with come from OpenAI, Azure and
compatible servers, and are listed one by one in the tests.
"""

import msgspec

from app.nodes.llm.answer_stream import AnswerStream
from app.nodes.llm.chat_wire import CallDelta, Chunk, FunctionDelta, decode_chunk, decode_odd_chunk, decode_text
from app.nodes.llm.failures import error_in_stream
from app.nodes.llm.model_answer import CallParts
from app.nodes.llm.openai_types import FunctionCallDelta
from app.runtime.errors import StreamMalformed


class ChatStream(AnswerStream):
    """The stream of completion chunks, which `[DONE]` ends."""

    __slots__ = ("_by_id", "_by_index", "_last_call")

    def __init__(self, model: str, *, max_event_bytes: int) -> None:
        super().__init__(model, max_event_bytes=max_event_bytes)
        self._by_index: dict[int, CallParts] = {}
        self._by_id: dict[str, CallParts] = {}
        self._last_call: CallParts | None = None

    def _take_plain(self, payloads: list[bytes], produced: list[str | FunctionCallDelta]) -> None:
        """As in the base class; a chunk that is nothing but a piece of text, as most are, takes the short way."""
        text = self.answer.text
        for payload in payloads:
            try:
                content = decode_text(payload) if self.answer.id and not self.ended else None
            except (ValueError, RecursionError):
                content = None
            if content is None:
                self._take_event(b"", payload, produced)
                continue
            self.events_seen += 1
            self.content_seen += 1
            text.append(content)
            produced.append(content)

    def _take(self, name: bytes, payload: bytes, produced: list[str | FunctionCallDelta]) -> None:
        self.content_seen += 1
        try:
            chunk = decode_chunk(payload)
        except (ValueError, RecursionError):
            try:
                chunk = decode_odd_chunk(payload)
            except msgspec.DecodeError:
                raise self.failed(StreamMalformed("An event of the stream is not a completion chunk.")) from None
        if chunk.error is not None:
            raise self.failed(error_in_stream(payload))
        answer = self.answer
        if not answer.id:
            self._note_identity(chunk)
        if chunk.usage is not None:
            answer.usage = chunk.usage.counts()
        if not chunk.choices:
            return
        choice = chunk.choices[0]
        if choice is None or choice.index:
            return
        delta = choice.delta
        if delta is not None:
            if delta.content:
                answer.text.append(delta.content)
                produced.append(delta.content)
            if delta.refusal:
                answer.refusal.append(delta.refusal)
            if delta.tool_calls:
                produced.extend(self._take_call(call) for call in delta.tool_calls if call is not None)
            if delta.function_call is not None:
                produced.append(self._take_call(CallDelta(index=0, function=delta.function_call)))
        if choice.finish_reason:
            answer.finish_reason = choice.finish_reason

    def _note_identity(self, chunk: Chunk) -> None:
        if chunk.id:
            self.answer.id = chunk.id
        if chunk.model:
            self.answer.model = chunk.model
        self.answer.service_tier = chunk.service_tier
        self.answer.fingerprint = chunk.system_fingerprint

    def _take_call(self, delta: CallDelta) -> FunctionCallDelta:
        call = self._slot(delta)
        function = delta.function or FunctionDelta()
        # Some servers repeat the name in every piece; it is never cut in pieces.
        if function.name:
            call.name = function.name
        if function.arguments:
            call.arguments.append(function.arguments)
        return FunctionCallDelta(call.id, call.name, function.arguments or "")

    def _slot(self, delta: CallDelta) -> CallParts:
        """The call that a piece belongs to: by id where there is one, else by index, else the one before."""
        if delta.id:
            known = self._by_id.get(delta.id)
            if known is None:
                known = self._new_call(delta.id, delta.index)
                self._by_id[delta.id] = known
        elif delta.index is not None:
            known = self._by_index.get(delta.index)
        else:
            known = self._last_call
        if known is None:
            known = self._new_call(f"call_{len(self.answer.calls)}", delta.index)
        self._last_call = known
        return known

    def _new_call(self, call_id: str, index: int | None) -> CallParts:
        call = CallParts(call_id)
        self.answer.calls.append(call)
        if index is not None:
            self._by_index[index] = call
        return call
