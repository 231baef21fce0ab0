"""An answer of the Messages API as events, in the groups that faults work on.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from collections.abc import Iterator
from typing import Any

from tests.simulated_providers.apis.messages.answer import begun_usage, whole_message
from tests.simulated_providers.apis.messages.request import MessagesRequest
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.json_values import JsonObject, compact
from tests.simulated_providers.streams import Event, Events
from tests.simulated_providers.tokens import batches, split_tokens

EMPTY: dict[str, JsonObject] = {
    "text": {"text": ""},
    "thinking": {"thinking": "", "signature": ""},
    "tool_use": {"input": {}},
}


def make_events(completion: Completion, request: MessagesRequest, tokens_per_event: int = 1) -> Events:
    """The events of an answer; each delta holds so many tokens."""
    message = whole_message(completion, request)
    begun: JsonObject = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_details": None,
        "usage": begun_usage(completion, request),
    }
    made = [event("message_start", message=begun), event("ping")]
    for index, block in enumerate(message["content"]):
        made.extend(_block(index, block, max(1, tokens_per_event)))
    ended = {"stop_reason": message["stop_reason"], "stop_sequence": None, "stop_details": message["stop_details"]}
    usage = {name: message["usage"][name] for name in ("output_tokens", "output_tokens_details")}
    terminal = [event("message_delta", delta=ended, usage=usage), event("message_stop")]
    deltas = [place for place, each in enumerate(made) if is_delta(each)]
    if not deltas:
        return Events(made, [], terminal)
    first, end = deltas[0], deltas[-1] + 1
    return Events(made[:first], made[first:end], [*made[end:], *terminal])


def event(kind: str, **members: Any) -> Event:
    """An event whose name is its type."""
    return Event(kind, {"type": kind, **members})


def is_delta(made: Event) -> bool:
    """Whether an event carries a piece of the answer: of its text or of arguments, not of a thought."""
    delta: JsonObject = made.data.get("delta") or {}
    return delta.get("type") in ("text_delta", "input_json_delta")


def _block(index: int, block: JsonObject, step: int) -> Iterator[Event]:
    yield event("content_block_start", index=index, content_block={**block, **EMPTY[block["type"]]})
    for delta in _deltas(block, step):
        yield event("content_block_delta", index=index, delta=delta)
    yield event("content_block_stop", index=index)


def _deltas(block: JsonObject, step: int) -> Iterator[JsonObject]:
    match block["type"]:
        case "thinking":
            for pieces in batches(split_tokens(block["thinking"]), step):
                yield {"type": "thinking_delta", "thinking": "".join(pieces)}
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "tool_use":
            given: Any = block["input"]
            text = given if isinstance(given, str) else compact(given) if given else ""
            yield {"type": "input_json_delta", "partial_json": ""}
            for pieces in batches(split_tokens(text), step):
                yield {"type": "input_json_delta", "partial_json": "".join(pieces)}
        case _:
            for pieces in batches(split_tokens(block["text"]), step):
                yield {"type": "text_delta", "text": "".join(pieces)}
