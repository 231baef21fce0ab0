"""From the messages of Chat Completions to `instructions` and `input` of the Responses API.

https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.runtime.errors import InvalidRequest

JsonObject = dict[str, Any]


def input_of(messages: Sequence[Mapping[str, Any]], *, instructions_count_as_input: bool = True) -> JsonObject:
    """`input`, and `instructions` from a system message at the start.

    JSON mode looks for the word JSON in the input alone; without `instructions_count_as_input` all messages stay there.

    Raises:
        InvalidRequest: a message that the Responses API cannot take; `parameter` says which.
    """
    first = messages[0]
    lifts = first.get("role") in ("system", "developer") and isinstance(first.get("content"), str)
    if lifts and "name" not in first and instructions_count_as_input and len(messages) > 1:
        return {"instructions": first["content"], "input": _Items().read(messages, 1)}
    return {"input": _Items().read(messages, 0)}


class _Items:
    """Collects input items; a deprecated function call has no id, so that one is made for it and its answer."""

    def __init__(self) -> None:
        self._items: list[JsonObject] = []
        self._unanswered: list[tuple[str | None, str]] = []
        self._made = 0

    def read(self, messages: Sequence[Mapping[str, Any]], start: int) -> list[JsonObject]:
        for index in range(start, len(messages)):
            self._take(messages[index], f"messages[{index}]")
        return self._items

    def _take(self, message: Mapping[str, Any], place: str) -> None:
        content: Any = message.get("content")
        match message.get("role"):
            case "user" | "system" | "developer" as role:
                _check_members(message, place)
                parts = content if isinstance(content, str) else [_part(part, place) for part in content or ()]
                self._items.append({"role": role, "content": parts})
            case "assistant" if message.get("response_items"):
                self._items += message["response_items"]
            case "assistant":
                _check_members(message, place)
                said = _text(content, place) or message.get("refusal")
                if said:
                    self._items.append({"role": "assistant", "content": said})
                self._take_calls(message, place)
            case "tool":
                self._add_output(message.get("tool_call_id"), _result(content, place))
            case "function":
                self._add_output(self._id_of(message.get("name"), place), _text(content, place))
            case role:
                raise _refused(f"{place}.role", f"the role {role}")

    def _take_calls(self, message: Mapping[str, Any], place: str) -> None:
        for index, call in enumerate(message.get("tool_calls") or ()):
            if call.get("function") is None:
                raise _refused(f"{place}.tool_calls[{index}]", f"calls of type {call.get('type')}")
            self._add_call(call.get("id"), call["function"])
        legacy: Mapping[str, Any] | None = message.get("function_call")
        if legacy is not None:
            call_id = f"call_{self._made}"
            self._made += 1
            self._unanswered.append((legacy.get("name"), call_id))
            self._add_call(call_id, legacy)

    def _add_call(self, call_id: str | None, function: Mapping[str, Any]) -> None:
        call = {"type": "function_call", "call_id": call_id, "name": function.get("name")}
        self._items.append({**call, "arguments": function.get("arguments") or ""})

    def _add_output(self, call_id: str | None, output: str | list[JsonObject]) -> None:
        self._items.append({"type": "function_call_output", "call_id": call_id, "output": output})

    def _id_of(self, name: str | None, place: str) -> str:
        """The id that the function's earliest unanswered call got."""
        for pending in self._unanswered:
            if pending[0] == name:
                self._unanswered.remove(pending)
                return pending[1]
        raise _refused(f"{place}.name", "answers of functions that were not called")


def _part(part: Mapping[str, Any], place: str) -> JsonObject:
    content: JsonObject
    match part.get("type"):
        case "text":
            content = {"type": "input_text", "text": part.get("text")}
        case "image_url":
            image: Mapping[str, Any] = part.get("image_url") or {}
            content = {"type": "input_image", "image_url": image.get("url"), "detail": image.get("detail") or "auto"}
        case "file":
            content = {"type": "input_file", **(part.get("file") or {})}
        case kind:
            raise _refused(f"{place}.content", f"content of type {kind}")
    if part.get("prompt_cache_breakpoint") is not None:
        content["prompt_cache_breakpoint"] = part["prompt_cache_breakpoint"]
    return content


def _result(content: Any, place: str) -> str | list[JsonObject]:
    """What a tool gave: text as such, and with images or files in it the parts."""
    if isinstance(content, str) or all(part.get("type") == "text" for part in content or ()):
        return _text(content, place)
    return [_part(part, place) for part in content]


def _text(content: Any, place: str) -> str:
    """What the model or a function has said, which goes as text alone."""
    if isinstance(content, str):
        return content
    texts: list[str] = []
    for part in content or ():
        if part.get("type") not in ("text", "refusal"):
            raise _refused(f"{place}.content", f"content of type {part.get('type')} there")
        texts.append(part.get("text") or part.get("refusal") or "")
    return "".join(texts)


def _check_members(message: Mapping[str, Any], place: str) -> None:
    for name in ("name", "audio"):
        if message.get(name) is not None:
            raise _refused(f"{place}.{name}", f"the {name} of a message")


def _refused(parameter: str, what: str) -> InvalidRequest:
    return InvalidRequest(
        f"The Responses API does not have {what}, which {parameter} holds.",
        hint='Change the message, or set api to "chat".',
        parameter=parameter,
    )
