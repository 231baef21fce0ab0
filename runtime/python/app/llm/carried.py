"""What servers send with an answer that nobody here knows: it goes back unchanged where the conversation goes on, and
only to the server that sent it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from app.llm.answer import Opening
from app.llm.request import texts_of
from app.llm.types import JsonObject

# Members that are the same in every piece, where other texts go on.
_SAID_ONCE = frozenset(("type", "id", "index", "name", "format"))
_DEEPEST = 20
_STRICT = frozenset(("role", "content", "tool_calls"))
_KNOWN = frozenset("role content refusal name tool_calls function_call".split())


def further_in(value: JsonObject, known: frozenset[str]) -> JsonObject:
    """The members of an object besides the known ones."""
    return {name: member for name, member in value.items() if member is not None and name not in known}


def merged(pieces: Sequence[JsonObject]) -> JsonObject:
    """An object that came in pieces: texts go on, lists grow, what has an `index` is merged by it."""
    return _merged(pieces, 0)


def _merged(pieces: Sequence[JsonObject], depth: int) -> JsonObject:
    members: dict[str, list[Any]] = {}
    for piece in pieces:
        for name, value in piece.items():
            members.setdefault(name, []).append(value)
    return {name: values[-1] if name in _SAID_ONCE else _joined(values, depth + 1) for name, values in members.items()}


def _joined(values: list[Any], depth: int) -> Any:
    came = [value for value in values if value is not None]
    if len(came) < 2 or depth > _DEEPEST:
        return came[-1] if came else None
    kinds: set[type[Any]] = {type(value) for value in came}
    if kinds == {str}:
        return "".join(came)
    if kinds == {dict}:
        return _merged(came, depth)
    if kinds == {list}:
        return _joined_items([item for items in came for item in items], depth)
    return came[-1]


def _joined_items(items: list[Any], depth: int) -> list[Any]:
    placed: dict[Any, list[Any]] = {}
    for number, item in enumerate(items):
        match item:
            case {"index": int() as index}:
                placed.setdefault(index, []).append(item)
            case _:
                placed[f"item {number}"] = [item]
    return [_joined(pieces, depth) for pieces in placed.values()]


def for_server(messages: Sequence[Mapping[str, Any]], server: str) -> list[Mapping[str, Any]]:
    """The messages as a server gets them: those that answers were given as, with what the same server sent besides."""
    return [_for_server(message, server) if "answered_by" in message else message for message in messages]


def _for_server(message: Mapping[str, Any], server: str) -> Mapping[str, Any]:
    if message["answered_by"] == server:
        return {name: value for name, value in message.items() if name != "answered_by"}
    known = {name: value for name, value in message.items() if name in _KNOWN}
    opening = Opening()
    _, said = opening.split("".join(texts_of(message)))
    known["content"] = said + opening.end()[1] or None
    if message.get("tool_calls"):
        known["tool_calls"] = [_plain_call(call) for call in message["tool_calls"]]
    return known


def _plain_call(call: Mapping[str, Any]) -> JsonObject:
    function: Mapping[str, Any] = call.get("function") or {}
    plain = {name: function.get(name) for name in ("name", "arguments")}
    return {"id": call.get("id"), "type": "function", "function": plain}


def taken_back(message: JsonObject, members: Collection[str]) -> JsonObject:
    """An answer in a conversation as a strict server takes it back: text, calls, and these members."""
    if message.get("role") != "assistant":
        return message
    kept = {name: value for name, value in message.items() if name in _STRICT or name in members}
    if message.get("tool_calls"):
        kept["tool_calls"] = [_plain_call(call) for call in message["tool_calls"]]
    return kept


def with_call_ids(message: JsonObject, made: Callable[[str], str]) -> JsonObject:
    """The message with other ids of calls, those that it makes and the one that it answers."""
    changed = dict(message)
    if isinstance(call_id := message.get("tool_call_id"), str):
        changed["tool_call_id"] = made(call_id)
    if calls := message.get("tool_calls"):
        changed["tool_calls"] = [{**call, "id": made(str(call.get("id")))} for call in calls]
    return changed
