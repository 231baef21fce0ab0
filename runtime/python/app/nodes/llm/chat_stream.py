"""Decoder for a streamed Chat Completions answer, without I/O.

https://platform.openai.com/docs/api-reference/chat/streaming; the oddities it copes with come from OpenAI, Azure and
compatible servers, and are listed one by one in the tests.
"""

from typing import Any

import msgspec

from app.nodes.llm.chat_answer import CallParts, ChatAnswer
from app.nodes.llm.chat_wire import CallDelta, Chunk, FunctionDelta, decode_chunk, decode_odd_chunk
from app.nodes.llm.failures import error_in_stream
from app.nodes.llm.openai_types import FunctionCallDelta
from app.nodes.llm.sse import EventTooLarge, SSEDecoder
from app.runtime.errors import ServiceError, StreamMalformed


class ChatStream:
    """Turns the bytes of a stream, cut anywhere, into pieces of text (`str`) and of function calls.

    `answer` holds what has arrived. After the last `feed()`, `check_end()` says whether that was a stream at all.
    """

    __slots__ = ("_by_id", "_by_index", "_last_call", "_sse", "answer", "ended", "events_seen")

    def __init__(self, model: str, *, max_event_bytes: int) -> None:
        self.answer = ChatAnswer(model)
        self.ended = False
        """Whether `[DONE]` has been read."""
        self.events_seen = 0
        """How many events with data there were: the sign of life that the idle deadline goes by."""
        self._sse = SSEDecoder(max_event_bytes)
        self._by_index: dict[int, CallParts] = {}
        self._by_id: dict[str, CallParts] = {}
        self._last_call: CallParts | None = None

    def feed(self, data: bytes) -> list[str | FunctionCallDelta]:
        """Takes the next bytes and gives what they complete.

        Raises:
            StreamMalformed: the bytes are not what the API sends.
            ServiceError: the provider reports an error inside the stream; the class says which.
        """
        try:
            events = self._sse.feed(data)
        except EventTooLarge:
            raise self.failed(
                StreamMalformed(
                    "An event of the stream is larger than allowed.", hint="MAX_EVENT_BYTES sets the largest event."
                )
            ) from None
        produced: list[str | FunctionCallDelta] = []
        for name, payload in events:
            if not payload or self.ended:
                continue
            self.events_seen += 1
            if payload == b"[DONE]":
                self.ended = True
            elif name == b"error":
                raise self.failed(error_in_stream(payload))
            else:
                self._take(payload, produced)
        return produced

    def check_end(self) -> None:
        """To be called when the bytes have ended.

        Raises:
            StreamMalformed: there was not a single event, so the answer was an HTML page, plain JSON, or empty.
        """
        if not self.events_seen:
            raise StreamMalformed("The answer holds no server-sent events.")

    def _take(self, payload: bytes, produced: list[str | FunctionCallDelta]) -> None:
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

    def failed(self, error: ServiceError) -> ServiceError:
        """Adds what had arrived to an error."""
        text = "".join(self.answer.text)
        error.details.setdefault("received_characters", len(text))
        partial: Any = error
        if hasattr(error, "partial_text"):
            partial.partial_text = text
        return error
