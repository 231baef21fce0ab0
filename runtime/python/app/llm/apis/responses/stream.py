"""Decoders for an answer of the Responses API, streamed or in one piece, without I/O.

https://platform.openai.com/docs/api-reference/responses-streaming and …/responses/object; the oddities they cope with
come from OpenAI, Azure and compatible servers, and are listed one by one in the tests.
"""

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from app.llm.apis.responses.details import ResponseDetails
from app.llm.apis.responses.wire import (
    Event,
    Item,
    Response,
    decode_delta,
    decode_event,
    decode_odd_event,
    decode_response,
)
from app.llm.calls import AnswerWithCalls, CallParts
from app.llm.errors import ContentFiltered, StreamInterrupted, StreamMalformed
from app.llm.failures import error_body, error_in_stream, known_error, reported_error
from app.llm.findings import note_findings as add_findings
from app.llm.stream import AnswerStream
from app.llm.types import FunctionCallDelta, Piece
from app.runtime.errors import ServiceError


class MessageOrder:
    """Holds back the text of a message until the ones announced before it are complete.

    What a stream says piece by piece is then the same text as that of the answer in one piece. Messages go by their
    `output_index`, None where a server leaves it out.
    """

    __slots__ = ("_complete", "_held", "_open", "_spoken", "speaking")

    def __init__(self) -> None:
        self.speaking: int | None = None
        """The message whose text may leave as it comes."""
        self._open = False
        self._held: dict[int | None, list[str]] = {}
        self._complete: set[int | None] = set()
        self._spoken: set[int | None] = set()

    def begin(self, index: int | None) -> None:
        """A message is announced."""
        if not self._open:
            self.speaking, self._open = index, True

    def say(self, index: int | None, text: str) -> list[str]:
        """A piece of a message's text; gives what may leave now."""
        self._spoken.add(index)
        self.begin(index)
        if index == self.speaking:
            return [text]
        self._held.setdefault(index, []).append(text)
        return []

    def has_spoken(self, index: int | None) -> bool:
        """Whether there was any text of the message."""
        return index in self._spoken

    def complete(self, index: int | None) -> list[str]:
        """A message is complete; gives the text that has waited for it."""
        self._complete.add(index)
        released: list[str] = []
        while self._open and self.speaking in self._complete:
            self._open = bool(self._held)
            if self._open:
                self.speaking = min(self._held, key=_position)
                released += self._held.pop(self.speaking)
        return released

    def end(self) -> list[str]:
        """The answer has ended; gives all text that still waits."""
        return [text for index in sorted(self._held, key=_position) for text in self._held.pop(index)]


def _position(index: int | None) -> int:
    return -1 if index is None else index


# Codes of a response that failed because of what was asked, which the API may find out only once it has begun.
_REQUEST_CODES = frozenset(
    (
        "invalid_prompt",
        "data_residency_mismatch",
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "invalid_image_mode",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    )
)


def note_end(answer: AnswerWithCalls, response: Response, status: str | None, calls_end_as: str) -> None:
    """Sets `finish_reason`, `usage` and `service_tier`; a status that is no end leaves the answer unfinished.

    `calls_end_as` is the finish_reason of a complete answer that asks for functions.

    Raises:
        ServiceError: the response failed; the class says why.
    """
    if response.usage is not None:
        answer.usage = response.usage.counts() or answer.usage
    answer.service_tier = response.service_tier
    note_findings(answer, response)
    if response.error or status in ("failed", "cancelled"):
        failure = response_failure(response, status)
        if isinstance(failure, ContentFiltered) and (found := answer.extras.get("content_filter_results")):
            failure.details.setdefault("content_filter", found)
        raise failure
    if status == "completed":
        answer.finish_reason = calls_end_as if answer.calls else "stop"
    elif status == "incomplete":
        reason = None if response.incomplete_details is None else response.incomplete_details.reason
        # Whatever else cuts an answer short has to be treated as one that is not whole.
        answer.finish_reason = "content_filter" if reason == "content_filter" else "length"


def note_findings(answer: AnswerWithCalls, response: Response) -> None:
    """What Azure's filter found, by the names that it has in Chat Completions."""
    for each in response.content_filters or ():
        if each is None or not each.content_filter_results:
            continue
        if each.source_type == "prompt":
            prompts = answer.extras.setdefault("prompt_filter_results", [])
            prompts.append({"prompt_index": len(prompts), "content_filter_results": each.content_filter_results})
        else:
            add_findings(answer, each.content_filter_results)


def response_failure(response: Response, status: str | None) -> ServiceError:
    """The error of a response that did not come to its end."""
    if not response.error:
        said = "was cancelled" if status == "cancelled" else "failed"
        return StreamInterrupted(f"The provider says that the response {said}.")
    error = error_body(response.error)
    if error.code in _REQUEST_CODES:
        error.type = "invalid_request_error"
    return reported_error(error)


_TERMINAL = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
}

# Names of the events that `decode_delta` reads.
_DELTAS = frozenset((b"response.output_text.delta", b"response.function_call_arguments.delta"))

Produced = list[Piece]


class ResponsesStream(AnswerStream):
    """The stream of named events, which `response.completed`, `.incomplete` or `.failed` ends.

    Events of other types are passed over. Those that belong to an output item are signs of life; `keepalive` and the
    announcements of the response itself are not.
    """

    __slots__ = ("_answer", "_calls", "_calls_end_as", "_details", "_last_call", "_order", "_places", "_thought")

    def __init__(
        self,
        answer: AnswerWithCalls,
        *,
        max_event_bytes: int,
        calls_end_as: str = "tool_calls",
        details: ResponseDetails | None = None,
    ) -> None:
        super().__init__(answer, max_event_bytes=max_event_bytes)
        self._answer = answer
        self._calls_end_as = calls_end_as
        self._details = details
        self._order = MessageOrder()
        # Calls are found by output_index or item id, whichever a server sends.
        self._calls: dict[int | str, CallParts] = {}
        self._places: list[float] = []
        self._last_call: CallParts | None = None
        self._thought: tuple[int | None, int | None] | None = None
        """The piece of reasoning that is being said: its item's `output_index`, and its place in the summary."""

    def read_whole(self, body: bytes) -> AnswerWithCalls:
        """See `AnswerStream`. Items other than messages, function calls and reasoning are passed over."""
        try:
            response = decode_response(body)
        except msgspec.DecodeError:
            raise known_error(body) or StreamMalformed("The answer is not a response.") from None
        answer = self._answer
        answer.model = response.model or answer.model
        answer.id = response.id or ""
        for index, item in enumerate(response.output or ()):
            if item is not None and item.type == "function_call":
                call = answer.begin_call(item.call_id)
                call.name = item.name or ""
                call.arguments.append(item.arguments_text)
            elif item is not None and item.type == "message":
                self._say(item.texts(), [])
                answer.refusal += item.refusals()
                answer.annotate(item.annotations())
            elif item is not None and item.type == "reasoning":
                self._take_thoughts(item, index, [])
        answer.end_text([])
        note_end(answer, response, response.status, self._calls_end_as)
        if response.output is None:
            raise known_error(body) or StreamMalformed("The answer is not a response.")
        if self._details is not None:
            self._details.note_whole(body, answer)
        return answer

    def _take_middle(self, name: bytes, payload: bytes, produced: Produced) -> bool:
        if name not in _DELTAS:
            return False
        try:
            delta = decode_delta(payload)
        except (ValueError, RecursionError):
            return False
        if delta.type == "response.output_text.delta":
            self._take_text(delta.output_index, delta.delta, produced)
        else:
            self._take_arguments(self._calls.get(delta.output_index), delta.delta, produced)
        return True

    def _take(self, name: bytes, payload: bytes, produced: Produced) -> None:
        try:
            event = decode_event(payload)
        except (ValueError, RecursionError):
            event = self._odd_event(payload)
        kind = event.type or name.decode("ascii", "replace")
        if event.output_index is not None or event.item_id is not None:
            self.content_seen += 1
        match kind:
            case "response.output_text.delta":
                self._take_text(event.output_index, event.delta, produced)
            case "response.function_call_arguments.delta":
                self._take_arguments(self._call(event), event.delta, produced)
            case "response.output_text.done":
                self._end_text(event, produced)
            case "response.function_call_arguments.done":
                self._end_arguments(event, produced)
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                self._take_thought((event.output_index, event.summary_index), event.delta, produced)
            case "response.output_text.annotation.added":
                self.answer.annotate([event.annotation])
            case "response.refusal.delta":
                self._take_refusal(event)
            case "response.output_item.added":
                self._begin_item(event, produced)
            case "response.output_item.done":
                self._end_item(event, produced)
                if self._details is not None:
                    self._details.take_item(payload)
            case "error":
                raise self.failed(error_in_stream(payload))
            case _ if event.response is not None:
                self._take_response(kind, event.response, produced)
            case _ if kind in _TERMINAL:
                self._take_response(kind, Response(), produced)
            case _ if event.error and event.type is None:
                raise self.failed(error_in_stream(payload))
            case "" if (error := known_error(payload)) is not None:
                raise self.failed(error)
            case _:
                pass
        if self.ended and self._details is not None:
            self._details.note_end(payload, self._answer)

    def _odd_event(self, payload: bytes) -> Event:
        try:
            event = decode_odd_event(payload)
        except msgspec.DecodeError:
            error = known_error(payload) or StreamMalformed("An event of the stream is not an object of JSON.")
            raise self.failed(error) from None
        if event.delta:
            event.delta = self.whole_characters(event.delta)
        return event

    def _take_text(self, index: int | None, text: str | None, produced: Produced) -> None:
        self.thinking = False
        if text:
            self._say(self._order.say(index, text), produced)

    def _say(self, texts: Iterable[str], produced: Produced) -> None:
        for text in texts:
            self.answer.take_text(text, produced)

    def _take_thought(self, place: tuple[int | None, int | None], text: str | None, produced: Produced) -> None:
        """What the model thinks; parts of a summary are paragraphs."""
        if text:
            apart = self._thought not in (None, place)
            self._thought = place
            self.answer.take_reasoning("\n\n" + text if apart else text, produced)

    def _take_thoughts(self, item: Item, index: int | None, produced: Produced) -> None:
        """What reasoning says at its end counts where it came without deltas."""
        if self._thought is None or self._thought[0] != index:
            for part, text in enumerate(item.thoughts()):
                self._take_thought((index, part), text, produced)

    def _end_text(self, event: Event, produced: Produced) -> None:
        """The text of a part once more, which counts where it came without deltas."""
        if event.text and not self._order.has_spoken(event.output_index):
            self._say(self._order.say(event.output_index, event.text), produced)

    def _take_refusal(self, event: Event) -> None:
        self.thinking = False
        if event.delta:
            self.answer.refusal.append(event.delta)

    def _take_arguments(self, call: CallParts | None, arguments: str | None, produced: Produced) -> None:
        self.thinking = False
        # The arguments of a call that was not announced come with its end.
        if call is not None and arguments:
            call.arguments.append(arguments)
            produced.append(FunctionCallDelta(call.id, call.name, arguments))

    def _end_arguments(self, event: Event, produced: Produced) -> None:
        """The arguments of a call once more, which count where they came without deltas."""
        call = self._call(event)
        if call is not None and event.arguments and not call.arguments:
            call.arguments.append(event.arguments)
            produced.append(FunctionCallDelta(call.id, call.name, event.arguments))

    def _begin_item(self, event: Event, produced: Produced) -> None:
        item = event.item or Item()
        self.thinking = item.type == "reasoning"
        if item.type == "message":
            self._order.begin(event.output_index)
        elif item.type == "function_call":
            self._begin_call(item, event.output_index, produced)

    def _end_item(self, event: Event, produced: Produced) -> None:
        item = event.item or Item()
        self.thinking = False
        if item.type == "message":
            self._end_message(item, event.output_index, produced)
        elif item.type == "reasoning":
            self._take_thoughts(item, event.output_index, produced)
        elif item.type == "function_call":
            call = self._call(event) or self._begin_call(item, event.output_index, produced)
            arguments = item.arguments_text
            if arguments and not call.arguments:
                produced.append(FunctionCallDelta(call.id, call.name, arguments))
            if arguments:
                call.arguments = [arguments]

    def _end_message(self, item: Item, index: int | None, produced: Produced) -> None:
        """What a message says at its end counts where it came without deltas."""
        if not self._order.has_spoken(index):
            for text in item.texts():
                self._say(self._order.say(index, text), produced)
        if not self.answer.refusal:
            self.answer.refusal += item.refusals()
        self.answer.annotate(item.annotations())
        self._say(self._order.complete(index), produced)

    def _begin_call(self, item: Item, index: int | None, produced: Produced) -> CallParts:
        place = float("inf") if index is None else index
        position = bisect_right(self._places, place)
        self._places.insert(position, place)
        call = self._answer.begin_call(item.call_id, position)
        call.name = item.name or ""
        for key in (index, item.id):
            if key is not None:
                self._calls[key] = call
        self._last_call = call
        produced.append(FunctionCallDelta(call.id, call.name, ""))
        return call

    def _call(self, event: Event) -> CallParts | None:
        """The call that an event belongs to: by its index where it has one, as ids may differ between events."""
        if event.output_index is not None:
            return self._calls.get(event.output_index)
        item_id = event.item_id or (event.item.id if event.item is not None else None)
        return self._last_call if item_id is None else self._calls.get(item_id)

    def _take_unseen(self, response: Response, produced: Produced) -> None:
        """What only the terminal event says: everything where nothing has come before it, else calls without events."""
        output = [(at, item) for at, item in enumerate(response.output or ()) if item is not None]
        if self.answer.has_content:
            known = {call.id for call in self._answer.calls}
            calls = [(at, item) for at, item in output if item.type == "function_call"]
            # A server that gives calls other ids at the end has as many of them as before.
            output = [(at, item) for at, item in calls if item.call_id not in known] if len(calls) > len(known) else []
        for index, item in output:
            self._end_item(Event(item=item, output_index=index), produced)

    def _take_response(self, kind: str, response: Response, produced: Produced) -> None:
        answer = self._answer
        if not answer.id:
            answer.id = response.id or ""
            answer.model = response.model or answer.model
        if kind not in _TERMINAL:
            return
        self.content_seen += 1
        self.ended = True
        self._say(self._order.end(), produced)
        self._take_unseen(response, produced)
        answer.end_text(produced)
        try:
            # Servers that end every stream with `response.completed` still say in the response how it ended.
            status = response.status if response.status in _TERMINAL.values() else None
            note_end(answer, response, status or _TERMINAL[kind], self._calls_end_as)
        except ServiceError as error:
            raise self.failed(error) from error.__cause__
