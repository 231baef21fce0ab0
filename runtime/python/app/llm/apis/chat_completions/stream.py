"""Decoders for a Chat Completions answer, streamed or in one piece, without I/O.

https://platform.openai.com/docs/api-reference/chat/streaming and …/chat/object; the oddities they cope with come from
OpenAI, Azure and compatible servers, and are listed one by one in the tests.
"""

from collections.abc import Iterable, Sequence

import msgspec

from app.llm.answer import CallParts, ModelAnswer, finish_reason_of, graver
from app.llm.apis.chat_completions.wire import (
    CallDelta,
    Choice,
    Chunk,
    FunctionDelta,
    PlainDelta,
    Said,
    decode_chunk,
    decode_odd_chunk,
    decode_plain_chunk,
    decode_whole,
    text_of,
)
from app.llm.failures import error_in_stream, known_error
from app.llm.stream import AnswerStream
from app.llm.types import FunctionCallDelta
from app.runtime.errors import StreamMalformed

_NOTHING = FunctionDelta()


class CallAssembly:
    """Puts the calls of a streamed answer together; they are added to the answer's as they begin.

    A piece goes by its id where there is one, else by its index, else to the call before. Servers that give every
    piece an id of its own, or all calls the same index and no id, are understood by what the pieces say: only the first
    piece of a call has a name, and a call whose arguments are complete has no further pieces.
    """

    __slots__ = ("_answer", "_by_id", "_by_index", "_last")

    def __init__(self, answer: ModelAnswer) -> None:
        self._answer = answer
        self._by_id: dict[str, CallParts] = {}
        self._by_index: dict[int, CallParts] = {}
        self._last: CallParts | None = None

    def take(self, delta: CallDelta) -> FunctionCallDelta:
        """Adds a piece to its call; gives it as what it adds to the answer."""
        function = delta.function or _NOTHING
        arguments = function.text
        call = self._slot(delta, function.name, arguments)
        # Some servers repeat the name in every piece; it is never cut in pieces.
        if function.name:
            call.name = function.name
        if arguments:
            call.arguments.append(arguments)
        return FunctionCallDelta(call.id, call.name, arguments)

    def _slot(self, delta: CallDelta, name: str | None, arguments: str) -> CallParts:
        before = self._last if delta.index is None else self._by_index.get(delta.index)
        if before is not None and not delta.id and not name:
            self._last = before
            return before
        known = self._by_id.get(delta.id) if delta.id else None
        if known is not None and (known is before or not (name and arguments and known.is_complete)):
            self._last = known
            return known
        if known is not None:
            call = self._answer.begin_call(None)  # some servers give all calls of a function its name for an id
        elif before is not None and _goes_on(before, delta.id, name, arguments):
            call = before
        else:
            call = self._answer.begin_call(delta.id)
        if delta.id:
            self._by_id[delta.id] = call
        if delta.index is not None:
            self._by_index[delta.index] = call
        self._last = call
        return call


def _goes_on(call: CallParts, new_id: str | None, name: str | None, arguments: str) -> bool:
    """Whether a piece whose id, if it has one, is new belongs to this call all the same."""
    if not name:
        # Without a name nothing could be called, so that a new id alone is no new call while this one is incomplete.
        return not new_id or not arguments or not call.is_complete
    if new_id:
        return False
    return not call.name or (name == call.name and (not arguments or not call.is_complete))


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


def read_whole_answer(body: bytes, model: str, used_ids: Iterable[str] = ()) -> ModelAnswer:
    """Collects what the answer's first choice says. Its calls get other ids than `used_ids`, those of earlier calls.

    Raises:
        StreamMalformed: the body is not a completion.
        ServiceError: the provider reports an error in an answer that claims to be fine.
    """
    try:
        whole = decode_whole(body)
    except msgspec.DecodeError:
        raise known_error(body) or StreamMalformed("The answer is not a completion.") from None
    if whole.error:
        raise error_in_stream(body)
    choice = next((one for one in whole.choices or () if one is not None and not one.index), None)
    if choice is None or choice.message is None:
        raise known_error(body) or StreamMalformed("The answer holds no message.")
    answer = ModelAnswer(whole.model or model)
    answer.id = whole.id or ""
    answer.service_tier = whole.service_tier
    answer.fingerprint = whole.system_fingerprint
    answer.usage = None if whole.usage is None else whole.usage.counts()
    message = choice.message
    text = text_of(message.content)
    if text:
        answer.text.append(text)
    if message.refusal:
        answer.refusal.append(message.refusal)
    answer.used_ids.update(used_ids)
    calls = [call for call in message.tool_calls or () if call is not None and call.says_something]
    if message.function_call is not None and message.function_call.says_something and not calls:
        calls.append(CallDelta(function=message.function_call))
    for call in calls:
        parts = answer.begin_call(call.id)
        if call.function is not None:
            parts.name = call.function.name or ""
            parts.arguments.append(call.function.text)
    said = finish_reason_of(choice.finish_reason) if choice.finish_reason else None
    # An answer in one piece that says something has come to its end, whether the server gives a reason or not.
    answer.finish_reason = said or ("stop" if answer.has_content else None)
    return answer
