"""What only some requests want of an answer of the Responses API: log probabilities, and the output items as they are.

Read apart from the rest of an answer, so that other requests decode nothing more.
"""

from typing import Any

import msgspec

from app.llm.calls import AnswerWithCalls
from app.llm.lenient_json import fit, lenient
from app.llm.logprobs import WireToken, token_logprobs
from app.llm.types import JsonObject, TokenLogprob


class _Part(msgspec.Struct):
    logprobs: list[WireToken | None] | None = None


class _Message(msgspec.Struct):
    type: str | None = None
    content: list[_Part | None] | None = None


class _ItemDone(msgspec.Struct):
    output_index: int | None = None
    item: JsonObject | None = None


class _Output(msgspec.Struct):
    output: list[Any] | None = None


class _Ended(msgspec.Struct):
    response: _Output | None = None


class ResponseDetails:
    """Collects an answer's output items; the complete ones of a stream come with `response.output_item.done`."""

    __slots__ = ("_items", "_logprobs")

    def __init__(self, *, logprobs: bool) -> None:
        self._logprobs = logprobs
        self._items: list[tuple[float, JsonObject]] = []

    def take_item(self, payload: bytes) -> None:
        """The event that completes an item."""
        done = lenient(payload, _ItemDone)
        if done.item is not None:
            self._items.append((float("inf") if done.output_index is None else done.output_index, done.item))

    def note_end(self, payload: bytes, answer: AnswerWithCalls) -> None:
        """The stream's last event, which repeats all items for those who have missed them."""
        ended = lenient(payload, _Ended).response
        items = [item for _, item in sorted(self._items, key=lambda placed: placed[0])]
        self._note(items or ((ended and ended.output) or []), answer)

    def note_whole(self, body: bytes, answer: AnswerWithCalls) -> None:
        """The body of an answer in one piece."""
        self._note(lenient(body, _Output).output or [], answer)

    def _note(self, output: list[Any], answer: AnswerWithCalls) -> None:
        items: list[JsonObject] = [item for item in output if isinstance(item, dict)]
        if self._logprobs:
            answer.logprobs = [token for item in items for token in _logprobs_of(item)]
        answer.items = items if _can_be_sent_back(items, answer) else []


def _logprobs_of(item: JsonObject) -> list[TokenLogprob]:
    message: _Message = fit(item, _Message)
    parts = (message.content or ()) if message.type == "message" else ()
    return [token for part in parts if part is not None for token in token_logprobs(part.logprobs)]


def _can_be_sent_back(items: list[JsonObject], answer: AnswerWithCalls) -> bool:
    """Whether the conversation can go on with the items: there are calls, which can be answered by their ids, and none
    of it would have to be looked up, as OpenAI does with reasoning that has no content and is refused if it is not
    stored.
    """
    reasoning = [item for item in items if item.get("type") == "reasoning"]
    ids = [item.get("call_id") for item in items if item.get("type") == "function_call"]
    known = all(item.get("encrypted_content") or item.get("content") for item in reasoning)
    return known and bool(ids) and ids == [call.id for call in answer.calls]
