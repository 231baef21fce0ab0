"""Decoder for an answer of the Messages API, streamed or in one piece, without I/O.

https://platform.claude.com/docs/en/build-with-claude/streaming
"""

import msgspec

from app.llm.answer import finish_reason_of, graver
from app.llm.apis.messages.answer import Block, BlocksAnswer
from app.llm.apis.messages.wire import (
    Delta,
    Event,
    JsonDelta,
    Message,
    StopDetails,
    TextDelta,
    WireUsage,
    decode_event,
    decode_message,
    decode_middle,
)
from app.llm.calls import json_of
from app.llm.errors import StreamMalformed
from app.llm.failures import error_in_stream, known_error
from app.llm.lenient_json import fit
from app.llm.stream import AnswerStream
from app.llm.types import FunctionCallDelta, JsonObject, Piece

Produced = list[Piece]

# https://platform.claude.com/docs/en/about-claude/pricing: where it is processed has a price, and so have searches.
_GEO_FACTORS = {"us": 1.1}
_WEB_SEARCH_USD = 0.01


class MessagesStream(AnswerStream):
    """The events of a message, or a message in one piece."""

    __slots__ = ("_answer", "_blocks", "_open", "_usage")

    def __init__(self, answer: BlocksAnswer, *, max_event_bytes: int) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
        # Thinking has blocks of its own; what stands in the text is said.
        answer.opening.over = True
        self._answer = answer
        self._blocks: dict[int | None, Block] = {}
        self._open: Block | None = None
        self._usage = WireUsage()

    def read_whole(self, body: bytes) -> BlocksAnswer:
        """See `AnswerStream`."""
        try:
            message = decode_message(body)
        except msgspec.DecodeError:
            raise known_error(body) or StreamMalformed("The answer is not a message.") from None
        if message.type == "error":
            raise error_in_stream(body)
        if message.content is None:
            raise known_error(body) or StreamMalformed("The answer holds no content.")
        answer = self._answer
        self._note_identity(message)
        for index, started in enumerate(message.content):
            if started is not None:
                self._begin(index, started, [])
        self._end_text([])
        self._end(message.stop_reason, message.stop_details)
        answer.finish_reason = answer.finish_reason or ("stop" if answer.has_content else None)
        answer.usage = self._usage.counts()
        return answer

    def _take_middle(self, name: bytes, payload: bytes, produced: Produced) -> bool:
        block = self._open
        if block is None or name == b"error":
            return False
        try:
            event = decode_middle(payload)
        except (ValueError, RecursionError):
            return False
        if event.index != block.index:
            return False
        delta = event.delta
        if isinstance(delta, TextDelta):
            if block.kind != "text" or self._half:
                return False
            if text := delta.text:
                block.pieces.append(text)
                self._answer.text.append(text)
                produced.append(text)
        elif isinstance(delta, JsonDelta):
            self._take_arguments(block, delta.partial_json, produced)
        else:
            self._take_thought(block, delta.thinking, produced)
        return True

    def _take(self, name: bytes, payload: bytes, produced: Produced) -> None:
        try:
            event = decode_event(payload)
        except msgspec.DecodeError:
            error = known_error(payload) or StreamMalformed("An event of the stream is not an object of JSON.")
            raise self.failed(error) from None
        match event.type or name.decode("ascii", "replace"):
            case "content_block_delta":
                self._take_delta(event, produced)
            case "content_block_start":
                self.content_seen += 1
                self._begin(event.index, event.content_block or {}, produced)
            case "content_block_stop":
                self.content_seen += 1
                self._end_text(produced)
                self._open = None
                self.thinking = False
            case "message_start":
                self._note_identity(event.message or Message())
            case "message_delta":
                self._take_end(event, produced)
            case "message_stop":
                self.content_seen += 1
                self.ended = True
                self._end_text(produced)
            case "error":
                raise self.failed(error_in_stream(payload))
            case _ if event.error:
                raise self.failed(error_in_stream(payload))
            case _:
                pass  # a ping, or what later versions may send

    def _note_identity(self, message: Message) -> None:
        answer = self._answer
        answer.id = message.id or answer.id
        answer.model = message.model or answer.model
        if message.usage is not None:
            self._note_usage(message.usage)
            answer.begun_usage = self._usage.counts()

    def _note_usage(self, usage: WireUsage) -> None:
        answer = self._answer
        self._usage = usage = self._usage.updated(usage)
        answer.service_tier = "fast" if usage.speed == "fast" else usage.service_tier
        answer.price_factor = _GEO_FACTORS.get(usage.inference_geo or "", 1.0)
        searches = 0 if usage.server_tool_use is None else usage.server_tool_use.web_search_requests
        answer.surcharge_usd = _WEB_SEARCH_USD * (searches or 0)

    def _begin(self, index: int | None, started: JsonObject, produced: Produced) -> Block:
        """A block begins; what it already holds is its first piece."""
        kind = str(started.get("type") or "")
        block = Block(index, started, kind)
        self._answer.blocks.append(block)
        self._blocks[index] = self._open = block
        self.thinking = kind in ("thinking", "redacted_thinking")
        if kind == "tool_use":
            call = block.call = self._answer.begin_call(fit(started.get("id"), str))
            call.name = fit(started.get("name"), str) or ""
            produced.append(FunctionCallDelta(call.id, call.name, ""))
        if kind == "thinking" and self._answer.reasoning:
            self._answer.take_reasoning("\n\n", produced)
        first: Delta = fit(started, Delta) or Delta()
        self._add(block, first, produced)
        for citation in fit(started.get("citations"), list[JsonObject]) or ():
            self._add(block, Delta(citation=citation), produced)
        given = fit(started.get("input"), JsonObject)
        if given:
            self._take_arguments(block, json_of(given), produced)
        return block

    def _take_delta(self, event: Event, produced: Produced) -> None:
        self.content_seen += 1
        delta = event.delta or Delta()
        block = self._blocks.get(event.index) if event.index is not None else self._open
        if block is None:  # one that was not announced
            kinds = {"text_delta": "text", "thinking_delta": "thinking"}
            block = self._begin(event.index, {"type": kinds.get(delta.type or "", "")}, produced)
        self._add(block, delta, produced)

    def _add(self, block: Block, delta: Delta, produced: Produced) -> None:
        if delta.text and block.kind == "text":
            self._say(block, self.whole_characters(delta.text), produced)
        if delta.thinking:
            self._take_thought(block, delta.thinking, produced)
        if delta.signature:
            block.signature.append(delta.signature)
        if delta.citation is not None:
            block.citations.append(delta.citation)
            self._answer.annotate([delta.citation])
        if delta.partial_json:
            self._take_arguments(block, delta.partial_json, produced)

    def _say(self, block: Block, text: str, produced: Produced) -> None:
        if text:
            block.pieces.append(text)
            self._answer.take_text(text, produced)

    def _take_thought(self, block: Block, text: str, produced: Produced) -> None:
        if text and block.kind == "thinking":
            block.pieces.append(text)
            self._answer.take_reasoning(text, produced)

    def _take_arguments(self, block: Block, piece: str, produced: Produced) -> None:
        if not piece:
            return
        block.pieces.append(piece)
        call = block.call
        if call is not None:
            call.arguments.append(piece)
            produced.append(FunctionCallDelta(call.id, call.name, piece))

    def _end_text(self, produced: Produced) -> None:
        """Half a character whose other half never came."""
        if self._half and self._open is not None:
            self._half = ""
            self._say(self._open, "\ufffd", produced)

    def _take_end(self, event: Event, produced: Produced) -> None:
        self.content_seen += 1
        delta = event.delta or Delta()
        self.thinking = False
        if event.usage is not None:
            self._note_usage(event.usage)
        if delta.stop_reason:
            self._end_text(produced)
            self._end(delta.stop_reason, delta.stop_details)
            self._answer.usage = self._usage.counts()

    def _end(self, stop_reason: str | None, details: StopDetails | None) -> None:
        answer = self._answer
        answer.finish_reason = graver(answer.finish_reason, finish_reason_of(stop_reason))
        if stop_reason == "refusal":
            category = "" if details is None or not details.category else f" ({details.category})"
            words = details.explanation if details is not None else None
            answer.refusal = [words or f"The model declined to answer{category}."]
