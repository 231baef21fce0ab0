"""Decoder for a streamed Chat Completions answer, without I/O.

https://platform.openai.com/docs/api-reference/chat/streaming; the oddities it copes with come from OpenAI, Azure and
compatible servers, and are listed one by one in the tests.
"""

from collections.abc import Sequence

import msgspec

from app.nodes.llm.answer_stream import AnswerStream
from app.nodes.llm.chat_calls import CallAssembly
from app.nodes.llm.chat_wire import (
    CallDelta,
    Choice,
    Chunk,
    PlainDelta,
    Said,
    decode_chunk,
    decode_odd_chunk,
    decode_plain_chunk,
    text_of,
)
from app.nodes.llm.failures import error_in_stream, known_error
from app.nodes.llm.finish_reasons import finish_reason_of, graver
from app.nodes.llm.openai_types import FunctionCallDelta
from app.runtime.errors import StreamMalformed

Produced = list[str | FunctionCallDelta]


class ChatStream(AnswerStream):
    """The stream of completion chunks, which `[DONE]` ends."""

    __slots__ = ("_calls",)

    def __init__(self, model: str, *, max_event_bytes: int) -> None:
        super().__init__(model, max_event_bytes=max_event_bytes)
        self._calls = CallAssembly(self.answer)

    def _take_middle(self, name: bytes, payload: bytes, produced: Produced) -> bool:
        answer = self.answer
        if not answer.id or name == b"error":
            return False
        try:
            chunk = decode_plain_chunk(payload)
        except (ValueError, RecursionError):
            return False
        delta = chunk.choices[0].delta
        content = delta.content
        if content:
            answer.text.append(content)
            produced.append(content)
        if delta.tool_calls or delta.function_call is not None:
            self._take_calls(delta, produced)
        if chunk.usage is not None:
            answer.usage = chunk.usage.counts() or answer.usage
        return True

    def _take(self, name: bytes, payload: bytes, produced: Produced) -> None:
        try:
            chunk = decode_chunk(payload)
        except (ValueError, RecursionError):
            chunk = self._odd_chunk(payload)
        if chunk.error:
            raise self.failed(error_in_stream(payload))
        answer = self.answer
        if not answer.id:
            self._note_identity(chunk)
        if chunk.usage is not None:
            answer.usage = chunk.usage.counts() or answer.usage
            self.content_seen += 1
        if not chunk.choices:
            self._check_odd_event(chunk, payload)
            return
        self.content_seen += 1
        choice = chunk.choices[0]
        if choice is None or choice.index:
            choice = _first(chunk.choices)
            if choice is None:
                return
        delta = choice.delta
        if delta is not None:
            self._take_delta(delta, produced)
        elif choice.message is not None and not answer.has_content:
            self._take_delta(choice.message, produced)
        if choice.finish_reason:
            answer.finish_reason = graver(answer.finish_reason, finish_reason_of(choice.finish_reason))
        if choice.usage is not None:
            answer.usage = choice.usage.counts() or answer.usage
        if chunk.x_groq is not None:
            self._check_odd_event(chunk, payload)

    def _take_delta(self, delta: Said, produced: Produced) -> None:
        answer = self.answer
        content = delta.content
        if content:
            text = content if type(content) is str else text_of(content)
            if text:
                answer.text.append(text)
                produced.append(text)
        if delta.refusal:
            answer.refusal.append(delta.refusal)
        self._take_calls(delta, produced)

    def _take_calls(self, delta: Said | PlainDelta, produced: Produced) -> None:
        for piece in delta.tool_calls or ():
            if piece is not None and piece.says_something:
                produced.append(self._calls.take(piece))
        if delta.function_call is not None and not delta.tool_calls and delta.function_call.says_something:
            produced.append(self._calls.take(CallDelta(index=0, function=delta.function_call)))

    def _odd_chunk(self, payload: bytes) -> Chunk:
        try:
            chunk = decode_odd_chunk(payload)
        except msgspec.DecodeError:
            error = known_error(payload) or StreamMalformed("An event of the stream is not a completion chunk.")
            raise self.failed(error) from None
        for choice in chunk.choices or ():
            if choice is not None and choice.delta is not None and isinstance(choice.delta.content, str):
                choice.delta.content = self.whole_characters(choice.delta.content)
        return chunk

    def _check_odd_event(self, chunk: Chunk, payload: bytes) -> None:
        """Errors that are somewhere else than in `error`; what is neither they nor a chunk says nothing."""
        groq = chunk.x_groq
        if groq is not None:
            if groq.error:
                raise self.failed(error_in_stream(msgspec.json.encode({"error": groq.error})))
            if groq.usage is not None and self.answer.usage is None:
                self.answer.usage = groq.usage.counts()
        elif chunk.choices is None and chunk.usage is None:
            error = known_error(payload)
            if error is not None:
                raise self.failed(error)

    def _note_identity(self, chunk: Chunk) -> None:
        if chunk.id:
            self.answer.id = chunk.id
        if chunk.model:
            self.answer.model = chunk.model
        self.answer.service_tier = chunk.service_tier
        self.answer.fingerprint = chunk.system_fingerprint


def _first(choices: Sequence[Choice | None]) -> Choice | None:
    """The choice that was asked for, where others come with it or before it."""
    return next((choice for choice in choices if choice is not None and not choice.index), None)
