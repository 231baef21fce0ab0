"""Decoder for a Chat Completions answer, streamed or in one piece, with the oddities of compatible servers.

https://platform.openai.com/docs/api-reference/chat/streaming
"""

from collections.abc import Callable
from typing import Any

import msgspec

from app.llm.answer import ModelAnswer, finish_reason_of, graver
from app.llm.apis.chat_completions import wire
from app.llm.apis.chat_completions.wire import Chunk, PlainChunk, PlainSaid, Said, WireUsage
from app.llm.errors import StreamMalformed
from app.llm.failures import error_body, error_in_stream, known_error, reported_error
from app.llm.lenient_json import fit, lenient
from app.llm.stream import AnswerStream
from app.llm.types import JsonObject, Piece

_decode = msgspec.json.Decoder(Chunk).decode
_decode_middle = msgspec.json.Decoder(PlainChunk[PlainSaid]).decode


Note = Callable[[bytes, ModelAnswer], None]
"""Reads what only some requests want of an event, or of an answer in one piece."""


class ChatStream(AnswerStream):
    """The stream of completion chunks, which `[DONE]` ends, or an answer in one piece."""

    __slots__ = ("decode_middle", "notes")

    def __init__(self, answer: ModelAnswer, *, max_event_bytes: int) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
        self.decode_middle: Callable[[bytes], PlainChunk[Any]] = _decode_middle
        self.notes: tuple[Note, ...] = ()

    def read_whole(self, body: bytes) -> ModelAnswer:
        """See `AnswerStream`."""
        try:
            whole = self._decoded(body)
        except msgspec.DecodeError:
            raise known_error(body) or StreamMalformed("The answer is not a completion.") from None
        if whole.error:
            raise error_in_stream(body)
        choice, answer = whole.choice, self.answer
        if choice is None or choice.message is None:
            raise known_error(body) or StreamMalformed("The answer holds no message.")
        self._note_head(whole)
        self._note_beside(whole, body)
        self._take_message(choice.message)
        answer.end_text([])
        if self._half:  # of a character whose other half never came
            answer.text.append("\ufffd")
        # An answer in one piece that says something has come to its end, whether the server gives a reason or not.
        answer.finish_reason = finish_reason_of(choice.finish_reason) or ("stop" if answer.has_content else None)
        return answer

    def _take_middle(self, name: bytes, payload: bytes, produced: list[Piece]) -> bool:
        answer = self.answer
        if not answer.id or name == b"error" or self.notes:
            return False
        try:
            chunk = self.decode_middle(payload)
        except (ValueError, RecursionError):
            return False
        delta = chunk.choices[0].delta
        content = delta.content
        thought = delta.reasoning_content or delta.reasoning
        if delta.reasoning_details and not thought:
            thought = wire.text_of(delta.reasoning_details)
        if thought:
            answer.take_reasoning(thought, produced)
        if content and answer.opening.over:
            answer.text.append(content)
            produced.append(content)
        elif content:
            answer.take_text(content, produced)
        self._take_further(delta, produced)
        if chunk.usage is not None:
            self._note_usage(chunk.usage)
        return True

    def _take(self, name: bytes, payload: bytes, produced: list[Piece]) -> None:
        try:
            chunk = self._decoded(payload)
        except msgspec.DecodeError:
            error = known_error(payload) or StreamMalformed("An event of the stream is not a completion chunk.")
            raise self.failed(error) from None
        if chunk.error:
            raise self.failed(error_in_stream(payload))
        answer, choice = self.answer, chunk.choice
        if not answer.id:
            self._note_head(chunk)
        self._note_beside(chunk, payload)
        if chunk.choices or chunk.usage is not None:
            self.content_seen += 1
        elif chunk.choices is None and chunk.x_groq is None and (error := known_error(payload)):
            raise self.failed(error)
        if choice is None:
            return
        said = choice.delta
        if said is None and not answer.has_content:
            said = choice.message
        if said is not None:
            self._take_said(said, produced)
        if choice.finish_reason:
            answer.finish_reason = graver(answer.finish_reason, finish_reason_of(choice.finish_reason))
            if answer.finish_reason:
                answer.end_text(produced)
        self._note_usage(choice.usage)

    def _take_said(self, message: JsonObject, produced: list[Piece]) -> None:
        """A delta, or a message that stands for all of them."""
        said = fit(message, Said)
        self._take_text(said, produced)
        self._take_further(said, produced)

    def _take_text(self, said: Said, produced: list[Piece]) -> None:
        answer, content = self.answer, said.content
        answer.take_reasoning(wire.thought_of(said), produced)
        answer.take_text(
            self.whole_characters(content) if isinstance(content, str) else wire.text_of(content), produced
        )
        if said.refusal:
            answer.refusal.append(said.refusal)
        answer.annotate(said.annotations or ())
        if said.images:
            answer.extras.setdefault("images", []).extend(said.images)

    def _take_further(self, said: Any, produced: list[Piece]) -> None:
        """What a message or a delta says besides text."""

    def _take_message(self, message: JsonObject) -> None:
        """A message that is the whole answer."""
        self._take_said(message, [])

    def _decoded(self, payload: bytes) -> Chunk:
        """The event, or the answer in one piece. Where it is not quite what the API documents, fields that do not fit
        are taken for missing, and a text may end with the first half of a pair of surrogates or begin with the second.

        Raises:
            msgspec.DecodeError: not JSON, or not an object.
        """
        try:
            return _decode(payload)
        except (ValueError, RecursionError):
            return lenient(payload, Chunk, halves="content")

    def _note_head(self, chunk: Chunk) -> None:
        answer = self.answer
        answer.id, answer.model = chunk.id or "", chunk.model or answer.model
        answer.service_tier, answer.fingerprint = chunk.service_tier, chunk.system_fingerprint

    def _note_beside(self, chunk: Chunk, payload: bytes) -> None:
        """What is beside the answer; servers that repeat it in every chunk have it in the last one too."""
        self._note_usage(chunk.usage)
        for name in ("citations", "search_results", "images"):
            if sent := getattr(chunk, name):
                self.answer.extras[name] = sent
        groq = chunk.x_groq
        if groq is not None:
            if groq.error:
                raise self.failed(reported_error(error_body(groq.error)))
            self._note_usage(groq.usage if self.answer.usage is None else None)
        for note in self.notes:
            note(payload, self.answer)

    def _note_usage(self, usage: WireUsage | None) -> None:
        """The counts so far, which some servers send with every chunk, and what the call costs as the server says."""
        if usage is not None:
            self.answer.usage = usage.counts() or self.answer.usage
            self.answer.told_cost_usd = usage.cost_usd or self.answer.told_cost_usd
