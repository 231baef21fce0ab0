"""Decoder for a Chat Completions answer, streamed or in one piece, without I/O.

https://platform.openai.com/docs/api-reference/chat/streaming; the oddities it copes with come from OpenAI, Azure and
compatible servers, and are listed one by one in the tests.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from app.llm.answer import ModelAnswer, finish_reason_of, graver
from app.llm.apis.chat_completions import wire
from app.llm.apis.chat_completions.wire import Choice, Chunk, PlainChunk, PlainSaid, Said, WireUsage
from app.llm.errors import StreamMalformed
from app.llm.failures import error_body, error_in_stream, known_error, reported_error
from app.llm.lenient_json import fit, lenient
from app.llm.stream import AnswerStream
from app.llm.types import JsonObject, Piece

_decode = msgspec.json.Decoder(Chunk).decode
_decode_middle = msgspec.json.Decoder(PlainChunk[PlainSaid]).decode


class ChatStream(AnswerStream):
    """The stream of completion chunks, which `[DONE]` ends, or an answer in one piece."""

    __slots__ = ("decode_middle", "note")

    def __init__(self, answer: ModelAnswer, *, max_event_bytes: int) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
        self.decode_middle: Callable[[bytes], PlainChunk[Any]] = _decode_middle
        self.note: Callable[[bytes, ModelAnswer], None] | None = None
        """Reads what only some requests want of an event, or of an answer in one piece."""

    def read_whole(self, body: bytes) -> ModelAnswer:
        """See `AnswerStream`."""
        try:
            whole = self._decoded(body)
        except msgspec.DecodeError:
            raise known_error(body) or StreamMalformed("The answer is not a completion.") from None
        if whole.error:
            raise error_in_stream(body)
        choice = whole.choice
        if choice is None or choice.message is None:
            raise known_error(body) or StreamMalformed("The answer holds no message.")
        answer = self.answer
        self._note_identity(whole)
        self._note_extras(whole)
        self._note_findings(choice)
        self._note_usage(whole.usage)
        self._take_message(choice.message)
        answer.end_text([])
        if self._half:  # of a character whose other half never came
            answer.text.append("\ufffd")
        if self.note is not None:
            self.note(body, answer)
        # An answer in one piece that says something has come to its end, whether the server gives a reason or not.
        answer.finish_reason = finish_reason_of(choice.finish_reason) or ("stop" if answer.has_content else None)
        return answer

    def _take_middle(self, name: bytes, payload: bytes, produced: list[Piece]) -> bool:
        answer = self.answer
        if not answer.id or name == b"error" or self.note is not None:
            return False
        try:
            chunk = self.decode_middle(payload)
        except (ValueError, RecursionError):
            return False
        delta = chunk.choices[0].delta
        content = delta.content
        thought = delta.reasoning_content or delta.reasoning
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
        answer = self.answer
        if not answer.id:
            self._note_identity(chunk)
        if chunk.usage is not None:
            self._note_usage(chunk.usage)
            self.content_seen += 1
        self._note_extras(chunk)
        if not chunk.choices:
            self._check_odd_event(chunk, payload)
            return
        self.content_seen += 1
        choice = chunk.choice
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
        self._note_findings(choice)
        if chunk.x_groq is not None:
            self._check_odd_event(chunk, payload)
        if self.note is not None:
            self.note(payload, answer)

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

    def _check_odd_event(self, chunk: Chunk, payload: bytes) -> None:
        """Errors that are somewhere else than in `error`; what is neither they nor a chunk says nothing."""
        groq = chunk.x_groq
        if groq is not None:
            if groq.error:
                raise self.failed(reported_error(error_body(groq.error)))
            if self.answer.usage is None:
                self._note_usage(groq.usage)
        elif chunk.choices is None and chunk.usage is None:
            error = known_error(payload)
            if error is not None:
                raise self.failed(error)

    def _note_usage(self, usage: WireUsage | None) -> None:
        """The counts so far, which some servers send with every chunk, and what the call costs as the server says."""
        if usage is not None:
            self.answer.usage = usage.counts() or self.answer.usage
            self.answer.told_cost_usd = usage.cost_usd or self.answer.told_cost_usd

    def _note_findings(self, choice: Choice) -> None:
        """What Azure's filter found."""
        if choice.content_filter_results:
            self.answer.note_findings(choice.content_filter_results)

    def _note_identity(self, chunk: Chunk) -> None:
        self.answer.id = chunk.id or ""
        self.answer.model = chunk.model or self.answer.model
        self.answer.service_tier = chunk.service_tier
        self.answer.fingerprint = chunk.system_fingerprint

    def _note_extras(self, chunk: Chunk) -> None:
        """What is beside the answer; servers that repeat it in every chunk have it in the last one too."""
        for name in ("citations", "search_results", "images", "prompt_filter_results"):
            if sent := getattr(chunk, name):
                self.answer.extras[name] = sent
