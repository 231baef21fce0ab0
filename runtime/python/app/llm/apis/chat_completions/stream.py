"""Decoder for a Chat Completions answer, streamed or in one piece, without I/O.

https://platform.openai.com/docs/api-reference/chat/streaming; the oddities it copes with come from OpenAI, Azure and
compatible servers, and are listed one by one in the tests.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec

from app.llm.answer import ModelAnswer, finish_reason_of, graver
from app.llm.apis.chat_completions.wire import Chunk, PlainChunk, PlainSaid, Said, text_of
from app.llm.errors import StreamMalformed
from app.llm.failures import error_body, error_in_stream, known_error, reported_error
from app.llm.lenient_json import lenient
from app.llm.stream import AnswerStream
from app.llm.types import Piece


class ChatStream(AnswerStream):
    """The stream of completion chunks, which `[DONE]` ends, or an answer in one piece."""

    __slots__ = ("note",)
    chunk: ClassVar[Any] = Chunk[Said]
    decode: ClassVar[Any] = msgspec.json.Decoder(Chunk[Said]).decode
    decode_middle: ClassVar[Any] = msgspec.json.Decoder(PlainChunk[PlainSaid]).decode

    def __init__(self, answer: ModelAnswer, *, max_event_bytes: int) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
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
        answer.usage = None if whole.usage is None else whole.usage.counts()
        self._take_message(choice.message)
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
            chunk: PlainChunk[PlainSaid] = self.decode_middle(payload)
        except (ValueError, RecursionError):
            return False
        delta = chunk.choices[0].delta
        content = delta.content
        if content:
            answer.text.append(content)
            produced.append(content)
        self._take_further(delta, produced)
        if chunk.usage is not None:
            answer.usage = chunk.usage.counts() or answer.usage
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
            answer.usage = chunk.usage.counts() or answer.usage
            self.content_seen += 1
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
            self._take_text(said, produced)
            self._take_further(said, produced)
        if choice.finish_reason:
            answer.finish_reason = graver(answer.finish_reason, finish_reason_of(choice.finish_reason))
        if choice.usage is not None:
            answer.usage = choice.usage.counts() or answer.usage
        if chunk.x_groq is not None:
            self._check_odd_event(chunk, payload)
        if self.note is not None:
            self.note(payload, answer)

    def _take_text(self, said: Said, produced: list[Piece]) -> None:
        content = said.content
        text = self.whole_characters(content) if isinstance(content, str) else text_of(content)
        if text:
            self.answer.text.append(text)
            produced.append(text)
        if said.refusal:
            self.answer.refusal.append(said.refusal)

    def _take_further(self, said: Any, produced: list[Piece]) -> None:
        """What a message or a delta says besides text."""

    def _take_message(self, message: Said) -> None:
        """A message that is the whole answer."""
        self._take_text(message, [])

    def _decoded(self, payload: bytes) -> Chunk[Said]:
        """The event, or the answer in one piece. Where it is not quite what the API documents, fields that do not fit
        are taken for missing, and a text may end with the first half of a pair of surrogates or begin with the second.

        Raises:
            msgspec.DecodeError: not JSON, or not an object.
        """
        try:
            return self.decode(payload)
        except (ValueError, RecursionError):
            return lenient(payload, self.chunk, halves="content")

    def _check_odd_event(self, chunk: Chunk[Any], payload: bytes) -> None:
        """Errors that are somewhere else than in `error`; what is neither they nor a chunk says nothing."""
        groq = chunk.x_groq
        if groq is not None:
            if groq.error:
                raise self.failed(reported_error(error_body(groq.error)))
            if groq.usage is not None and self.answer.usage is None:
                self.answer.usage = groq.usage.counts()
        elif chunk.choices is None and chunk.usage is None:
            error = known_error(payload)
            if error is not None:
                raise self.failed(error)

    def _note_identity(self, chunk: Chunk[Any]) -> None:
        self.answer.id = chunk.id or ""
        self.answer.model = chunk.model or self.answer.model
        self.answer.service_tier = chunk.service_tier
        self.answer.fingerprint = chunk.system_fingerprint
