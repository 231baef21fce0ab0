"""From messages as Chat Completions has them to instructions and turns, as the Messages API has them.

https://platform.claude.com/docs/en/build-with-claude/working-with-messages
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from app.llm.calls import parse_arguments
from app.llm.errors import InvalidRequest
from app.llm.request import texts_of
from app.llm.types import JsonObject

# Blocks that are the API's own pass as they are.
_OWN = frozenset("image document search_result thinking redacted_thinking tool_use tool_result".split())
_NO_ID_CHARACTER = re.compile(r"[^a-zA-Z0-9_-]")


class Turns:
    """The turns of a conversation: those of the user and of the model alternate, and what functions gave to all calls
    of one turn stands at the beginning of the next. `instructions` are what came before the conversation.
    """

    def __init__(self, messages: Sequence[Mapping[str, Any]], *, late_instructions: bool) -> None:
        self.instructions: list[JsonObject] = []
        self._turns: list[tuple[str, list[JsonObject]]] = []
        self._late_instructions = late_instructions
        self._unanswered: list[tuple[str | None, str]] = []
        self._made = 0
        for index, message in enumerate(messages):
            self._take(message, f"messages[{index}]")

    def messages(self) -> list[JsonObject]:
        """The turns as messages; a text alone is its content."""
        return [{"role": role, "content": _shortest(blocks)} for role, blocks in self._turns]

    def _take(self, message: Mapping[str, Any], place: str) -> None:
        content: Any = message.get("content")
        match message.get("role"):
            case "system" | "developer":
                self._instruct(_blocks(content, place), place)
            case "user":
                name: str | None = message.get("name")
                blocks = _blocks(content, place)
                self._add("user", [{"type": "text", "text": f"{name}:"}, *blocks] if name else blocks)
            case "assistant" if message.get("content_blocks"):
                self._add("assistant", message["content_blocks"])
            case "assistant":
                said = _blocks(content, place) or _blocks(message.get("refusal"), place)
                self._add("assistant", [*said, *self._calls(message, place)])
            case "tool":
                self._add("user", [_result(str(message.get("tool_call_id")), content, place)])
            case "function":
                self._add("user", [_result(self._id_of(message.get("name"), place), content, place)])
            case role:
                raise _refused(f"{place}.role", f"the role {role}")

    def _instruct(self, blocks: list[JsonObject], place: str) -> None:
        if not self._turns:
            self.instructions += blocks
        elif self._late_instructions:
            self._add("system", blocks)
        else:
            raise InvalidRequest(
                "The model takes instructions before the conversation only, and there are some in the middle.",
                hint="Put the message at the start, or make it one of the user.",
                parameter=place,
            )

    def _add(self, role: str, blocks: Sequence[JsonObject]) -> None:
        if not blocks:
            return
        if not self._turns or self._turns[-1][0] != role:
            self._turns.append((role, []))
        self._turns[-1][1].extend(blocks)

    def _calls(self, message: Mapping[str, Any], place: str) -> list[JsonObject]:
        blocks: list[JsonObject] = []
        for index, call in enumerate(message.get("tool_calls") or ()):
            if call.get("function") is None:
                raise _refused(f"{place}.tool_calls[{index}]", f"calls of type {call.get('type')}")
            blocks.append(_call(str(call.get("id")), call["function"]))
        legacy: Mapping[str, Any] | None = message.get("function_call")
        if legacy is not None:
            call_id = f"call_{self._made}"
            self._made += 1
            self._unanswered.append((legacy.get("name"), call_id))
            blocks.append(_call(call_id, legacy))
        return blocks

    def _id_of(self, name: str | None, place: str) -> str:
        """The id that the function's earliest unanswered call got."""
        for pending in self._unanswered:
            if pending[0] == name:
                self._unanswered.remove(pending)
                return pending[1]
        raise _refused(f"{place}.name", "answers of functions that were not called")


def _shortest(blocks: list[JsonObject]) -> str | list[JsonObject]:
    match blocks:
        case [{"type": "text", "text": str(text), **others}] if not others:
            return text
        case _:
            return blocks


def _call(call_id: str, function: Mapping[str, Any]) -> JsonObject:
    text = str(function.get("arguments") or "{}")
    arguments = parse_arguments(text)
    given = {"INVALID_JSON": text} if arguments is None else arguments
    return {"type": "tool_use", "id": _id(call_id), "name": function.get("name"), "input": given}


def _result(call_id: str, content: Any, place: str) -> JsonObject:
    blocks = _blocks(content, place)
    result: JsonObject = {"type": "tool_result", "tool_use_id": _id(call_id)}
    if blocks:
        result["content"] = _shortest(blocks)
    return result


def _id(call_id: str) -> str:
    """The id of a call in the characters that the API takes, which those of other servers need not have."""
    return _NO_ID_CHARACTER.sub("_", call_id)


def _blocks(content: Any, place: str) -> list[JsonObject]:
    """A content as blocks; the API refuses empty ones."""
    if content is None:
        return []
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else cast("list[Any]", content)
    blocks = [_block({"type": "text", "text": part} if isinstance(part, str) else part, place) for part in parts]
    return [block for block in blocks if block["type"] != "text" or block["text"]]


def _block(part: Mapping[str, Any], place: str) -> JsonObject:
    block: JsonObject
    match part.get("type"):
        case "text" | "refusal":
            block = {"type": "text", "text": "".join(texts_of({"content": [part]})) or part.get("refusal") or ""}
        case "image_url":
            image: Mapping[str, Any] = part.get("image_url") or {}
            block = {"type": "image", "source": _image_source(str(image.get("url")), place)}
        case "file":
            block = _document(part.get("file") or {}, place)
        case kind if kind in _OWN:
            return dict(part)
        case kind:
            raise _refused(f"{place}.content", f"content of type {kind}")
    if part.get("cache_control") is not None:
        block["cache_control"] = part["cache_control"]
    return block


def _image_source(url: str, place: str) -> JsonObject:
    if not url.startswith("data:"):
        return {"type": "url", "url": url}
    media_type, content = _content_of(url, place)
    return {"type": "base64", "media_type": media_type, "data": content}


def _document(file: Mapping[str, Any], place: str) -> JsonObject:
    block: JsonObject = {"type": "document", "source": _document_source(file, place)}
    if file.get("filename"):
        block["title"] = file["filename"]
    return block


def _document_source(file: Mapping[str, Any], place: str) -> JsonObject:
    if file.get("file_id"):
        return {"type": "file", "file_id": file["file_id"]}
    url = str(file.get("file_data"))
    if not url.startswith("data:"):
        return {"type": "url", "url": url}
    media_type, content = _content_of(url, place)
    if not media_type.startswith("text/"):
        return {"type": "base64", "media_type": media_type, "data": content}
    try:
        text = base64.b64decode(content, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _refused(f"{place}.content", "a text that is not UTF-8 in base64") from None
    return {"type": "text", "media_type": "text/plain", "data": text}


def _content_of(url: str, place: str) -> tuple[str, str]:
    """Media type and base64 of a data URL."""
    head, comma, content = url.removeprefix("data:").partition(",")
    media_type, *parameters = head.split(";")
    if not comma or "base64" not in parameters:
        raise _refused(f"{place}.content", "data URLs that are not in base64")
    return media_type or "text/plain", content


def _refused(parameter: str, what: str) -> InvalidRequest:
    return InvalidRequest(
        f"The Messages API does not have {what}, which {parameter} holds.",
        hint="Change the message, or ask a model of another provider.",
        parameter=parameter,
    )
