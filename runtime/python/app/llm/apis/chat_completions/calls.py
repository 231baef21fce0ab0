"""Function calls over Chat Completions: in requests, and in answers, streamed or in one piece.

https://platform.openai.com/docs/guides/function-calling
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from app.llm.apis.chat_completions.request import chat_body, stream_options
from app.llm.apis.chat_completions.stream import ChatStream
from app.llm.apis.chat_completions.wire import Chunk, PlainChunk, PlainSaid, Said
from app.llm.calls import AnswerWithCalls, CallParts, call_ids, json_of, tools_of
from app.llm.provider import Api, Provider
from app.llm.request import ModelRequest, finished_request, known_as, parts_of
from app.llm.types import CompletionConfig, FunctionCallDelta, JsonObject, Piece

Messages = Sequence[Mapping[str, Any]]


def chat_request_with_calls(config: CompletionConfig, provider: Provider, stream: bool) -> ModelRequest:
    """As `chat_request`, with functions and tools as the model takes them; both together can only be sent as tools."""
    body = chat_body(config, provider)
    body["messages"] = with_results_as_text(body["messages"])
    if config.get("functions") and not config.get("tools") and provider.takes_functions(known_as(config)):
        body["functions"] = config.get("functions")
        if config.get("function_call") is not None:
            body["function_call"] = config.get("function_call")
    else:
        body.update(tools_of(config))
    return finished_request(config, body, stream_options=stream_options(config, stream))


def with_results_as_text(messages: Messages) -> Messages:
    """The messages, with images and files moved out of tool messages, which take text alone, into a message of the user
    after them. Both texts say what belongs where. Other messages are left as they are.

    https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
    """
    if not any(_attachments_of(message) for message in messages):
        return messages
    sent: list[Mapping[str, Any]] = []
    moved: list[JsonObject] = []
    for message in messages:
        if moved and message.get("role") != "tool":
            sent.append({"role": "user", "content": moved})
            moved = []
        attachments = _attachments_of(message)
        if not attachments:
            sent.append(message)
            continue
        texts = [part["text"] for part in parts_of(message) if part.get("type") == "text"]
        for attachment in attachments:
            number = len(moved) // 2 + 1
            texts.append(f"[Attachment {number} follows in the next message of the user.]")
            moved += [{"type": "text", "text": f"[Attachment {number} of the function results above]"}, attachment]
        sent.append({**message, "content": "\n".join(texts)})
    return [*sent, {"role": "user", "content": moved}] if moved else sent


def _attachments_of(message: Mapping[str, Any]) -> list[JsonObject]:
    if message.get("role") != "tool":
        return []
    return [part for part in parts_of(message) if part.get("type") != "text"]


class FunctionDelta(msgspec.Struct, gc=False):
    """A function call or a piece of one. Some servers send the arguments as an object instead of its JSON."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The arguments, or a piece of them, as JSON."""
        return json_of(self.arguments)


class CallDelta(msgspec.Struct, gc=False):
    """A tool call or a piece of one."""

    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None

    @property
    def says_something(self) -> bool:
        """Whether it is more than the empty place that some servers hold for a call."""
        function = self.function
        return bool(self.id) or (function is not None and bool(function.name or function.text))


class SaidWithCalls(Said):
    """A message, or a delta of one, with calls."""

    tool_calls: list[CallDelta | None] | None = None
    function_call: FunctionDelta | None = None


class PlainSaidWithCalls(PlainSaid, gc=False):
    """A piece of text or pieces of calls."""

    tool_calls: list[CallDelta | None] | None = None
    function_call: FunctionDelta | None = None


class ChatStreamWithCalls(ChatStream):
    """As `ChatStream`, for a request whose model may call functions."""

    __slots__ = ("_calls",)
    chunk: ClassVar[Any] = Chunk[SaidWithCalls]
    decode: ClassVar[Any] = msgspec.json.Decoder(Chunk[SaidWithCalls]).decode
    decode_middle: ClassVar[Any] = msgspec.json.Decoder(PlainChunk[PlainSaidWithCalls]).decode

    def __init__(self, answer: AnswerWithCalls, *, max_event_bytes: int) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
        self._calls = CallAssembly(answer)

    def _take_further(self, said: Any, produced: list[Piece]) -> None:
        if said.tool_calls or said.function_call is not None:
            produced += [self._calls.take(piece) for piece in _calls_in(said)]

    def _take_message(self, message: Said) -> None:
        self._take_text(message, [])
        for call in _calls_in(message):
            self._calls.take_whole(call)


def _calls_in(said: Any) -> list[CallDelta]:
    """The calls in a message, or the pieces of calls in a delta."""
    calls = [call for call in said.tool_calls or () if call is not None and call.says_something]
    legacy = CallDelta(index=0, function=said.function_call)
    return [legacy] if not said.tool_calls and legacy.says_something else calls


class CallAssembly:
    """Puts the calls of a streamed answer together; they are added to the answer's as they begin.

    A piece goes by its id where there is one, else by its index, else to the call before. Servers that give every
    piece an id of its own, or all calls the same index and no id, are understood by what the pieces say: only the first
    piece of a call has a name, and a call whose arguments are complete has no further pieces.
    """

    __slots__ = ("_answer", "_by_id", "_by_index", "_last")

    def __init__(self, answer: AnswerWithCalls) -> None:
        self._answer = answer
        self._by_id: dict[str, CallParts] = {}
        self._by_index: dict[int, CallParts] = {}
        self._last: CallParts | None = None

    def take(self, delta: CallDelta) -> FunctionCallDelta:
        """Adds a piece to its call; gives it as what it adds to the answer."""
        function = delta.function or FunctionDelta()
        arguments = function.text
        call = self._slot(delta, function.name, arguments)
        # Some servers repeat the name in every piece; it is never cut in pieces.
        if function.name:
            call.name = function.name
        if arguments:
            call.arguments.append(arguments)
        return FunctionCallDelta(call.id, call.name, arguments)

    def take_whole(self, whole: CallDelta) -> None:
        """Adds a call that comes in one piece, whatever ids others have."""
        function = whole.function or FunctionDelta()
        call = self._answer.begin_call(whole.id)
        call.name = function.name or ""
        call.arguments.append(function.text)

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


def _open_stream(request: ModelRequest, max_event_bytes: int) -> ChatStreamWithCalls:
    answer = AnswerWithCalls(request.model, used_ids=call_ids(request.messages))
    return ChatStreamWithCalls(answer, max_event_bytes=max_event_bytes)


CHAT_COMPLETIONS_WITH_CALLS = Api("chat", "/chat/completions", chat_request_with_calls, _open_stream, calls=True)
