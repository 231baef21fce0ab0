"""Function calls over Chat Completions: in requests, and in answers, streamed or in one piece.

https://platform.openai.com/docs/guides/function-calling
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.llm.apis.chat_completions import chat_body, finished_chat_request
from app.llm.apis.chat_completions.stream import ChatStream
from app.llm.apis.chat_completions.wire import PlainChunk, PlainSaid, Said, text_of
from app.llm.calls import AnswerWithCalls, CallParts, call_ids, json_of, tools_of
from app.llm.carried import for_server, further_in
from app.llm.lenient_json import fit
from app.llm.provider import Api, Provider
from app.llm.request import ModelRequest, known_as, parts_of
from app.llm.types import CompletionConfig, FunctionCallDelta, JsonObject, Piece

Messages = Sequence[Mapping[str, Any]]


def chat_request_with_calls(config: CompletionConfig, provider: Provider, stream: bool) -> ModelRequest:
    """As `chat_request`, with functions and tools as the model takes them; both together can only be sent as tools."""
    body = chat_body(config, provider)
    server = f"{provider.name} chat"
    body["messages"] = with_results_as_text(for_server(body["messages"], server))
    if config.get("functions") and not config.get("tools") and provider.takes_functions(known_as(config)):
        body["functions"] = config.get("functions")
        if config.get("function_call") is not None:
            body["function_call"] = config.get("function_call")
    else:
        body.update(tools_of(config))
    request = finished_chat_request(config, provider, body, stream)
    request.server = server if request.calls else ""
    return request


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


class SaidWithCalls(Said):
    """A message, or a delta of one, with calls."""

    tool_calls: list[CallDelta | None] | None = None
    function_call: FunctionDelta | None = None


class PlainSaidWithCalls(PlainSaid, gc=False):
    """A piece of text or pieces of calls."""

    tool_calls: list[CallDelta] | None = None
    function_call: FunctionDelta | None = None


class KnownFunctionDelta(FunctionDelta, gc=False, forbid_unknown_fields=True):
    """A piece of a function call, and nothing else."""


class KnownCallDelta(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A piece of a tool call, and nothing else."""

    index: int | None = None
    id: str | None = None
    function: KnownFunctionDelta | None = None
    type: str | None = None


class KnownSaidWithCalls(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A piece of text or pieces of calls, and nothing that would have to be sent back."""

    content: str | None = None
    tool_calls: list[KnownCallDelta] | None = None
    role: str | None = None
    refusal: None = None
    function_call: None = None
    reasoning_content: None = None
    reasoning: None = None
    reasoning_details: None = None
    annotations: None = None
    audio: None = None


# Members of a message that are read here, or that the API documents as those of answers alone.
_MESSAGE = frozenset("role content refusal tool_calls function_call annotations audio".split())
_CALL = frozenset(("index", "id", "type", "function"))
_FUNCTION = frozenset(("name", "arguments"))

_decode_plain = msgspec.json.Decoder(PlainChunk[PlainSaidWithCalls]).decode
_decode_known = msgspec.json.Decoder(PlainChunk[KnownSaidWithCalls]).decode


class ChatStreamWithCalls(ChatStream):
    """As `ChatStream`, for a request whose model may call functions."""

    __slots__ = ("_calls", "_further")

    def __init__(self, answer: AnswerWithCalls, *, max_event_bytes: int) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
        self.decode_middle = _decode_known if answer.server else _decode_plain
        self._calls = CallAssembly(answer)
        self._further = answer.further

    def _take_said(self, message: JsonObject, produced: list[Piece]) -> None:
        said = fit(message, SaidWithCalls)
        self._take_text(said, produced)
        for call, further in _calls_in(said, message):
            self._calls.take(call, further, produced)
        self._note_further(message, _beside_text(said.content))

    def _take_further(self, said: Any, produced: list[Piece]) -> None:
        for call in said.tool_calls or ():
            self._calls.take(call, None, produced)
        if said.function_call is not None and not said.tool_calls:
            self._calls.take(CallDelta(index=0, function=said.function_call), None, produced)

    def _take_message(self, message: JsonObject) -> None:
        said = fit(message, SaidWithCalls)
        self._take_text(said, [])
        for call, further in _calls_in(said, message):
            self._calls.take_whole(call, further)
        self._note_further(message, said.content if _beside_text(said.content) else None)

    def _note_further(self, message: JsonObject, parts: Any) -> None:
        further = further_in(message, _MESSAGE)
        if parts:
            further["content"] = parts
        if further:
            self._further.append(further)


def _beside_text(content: str | list[Any] | None) -> list[Any]:
    """The parts of a content that are no text, such as what the model thinks."""
    return [part for part in content if not text_of([part])] if isinstance(content, list) else []


def _calls_in(said: SaidWithCalls, message: JsonObject) -> list[tuple[CallDelta, JsonObject]]:
    """The calls in a message, or the pieces of calls in a delta, each with what nobody here knows of it."""
    if not said.tool_calls:
        return [] if said.function_call is None else [(CallDelta(index=0, function=said.function_call), {})]
    sent: list[JsonObject] = fit(message["tool_calls"], list[JsonObject | None])
    return [(call, _further_in_call(as_sent)) for call, as_sent in zip(said.tool_calls, sent, strict=True) if call]


def _further_in_call(call: JsonObject) -> JsonObject:
    further = further_in(call, _CALL)
    function = further_in(fit(call.get("function"), JsonObject) or {}, _FUNCTION)
    return {**further, "function": function} if function else further


class CallAssembly:
    """Puts the calls of a streamed answer together; they are added to the answer's as they begin.

    A piece goes by its id where there is one, else by its index, else to the call before. Servers that give every
    piece an id of its own, or all calls the same index and no id, are understood by what the pieces say: only the first
    piece of a call has a name, and a call whose arguments are complete has no further pieces.
    """

    __slots__ = ("_answer", "_by_id", "_by_index", "_early", "_last")

    def __init__(self, answer: AnswerWithCalls) -> None:
        self._answer = answer
        self._by_id: dict[str, CallParts] = {}
        self._by_index: dict[int, CallParts] = {}
        self._last: CallParts | None = None
        # What came of a call before its id or name.
        self._early: dict[int | None, list[JsonObject]] = {}

    def take(self, delta: CallDelta, further: JsonObject | None, produced: list[Piece]) -> None:
        """Adds a piece to its call, and to `produced` what it adds to the answer: nothing where it is the empty place
        that some servers hold for a call.
        """
        function = delta.function or FunctionDelta()
        arguments = function.text
        if not (delta.id or function.name or arguments):
            known = self._last if delta.index is None else self._by_index.get(delta.index)
            if further:
                (self._early.setdefault(delta.index, []) if known is None else known.further).append(further)
            return
        call = self._slot(delta, function.name, arguments)
        if further or self._early:
            call.further += [*self._early.pop(delta.index, ()), further or {}]
        # Some servers repeat the name in every piece; it is never cut in pieces.
        if function.name:
            call.name = function.name
        if arguments:
            call.arguments.append(arguments)
        produced.append(FunctionCallDelta(call.id, call.name, arguments))

    def take_whole(self, whole: CallDelta, further: JsonObject) -> None:
        """Adds a call that comes in one piece, whatever ids others have; an empty one is none."""
        function = whole.function or FunctionDelta()
        if not (whole.id or function.name or function.text):
            return
        call = self._answer.begin_call(whole.id)
        call.name = function.name or ""
        call.arguments.append(function.text)
        call.further.append(further)

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
    answer = AnswerWithCalls(
        request.model,
        show_reasoning=request.show_reasoning,
        used_ids=call_ids(request.messages),
        server=request.server,
    )
    return ChatStreamWithCalls(answer, max_event_bytes=max_event_bytes)


CHAT_COMPLETIONS_WITH_CALLS = Api("chat", "/chat/completions", chat_request_with_calls, _open_stream, calls=True)
