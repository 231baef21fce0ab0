"""What a request in OpenAI's language asks a workflow, whichever of its APIs it came by."""

import re
from dataclasses import dataclass, field
from typing import Any, TypedDict, cast

from app.openai_api.errors import BadRequest

JsonObject = dict[str, Any]

_NAME = re.compile("[a-zA-Z0-9_-]{1,64}")
_SHOWN = ("text", "image_url", "input_audio", "file")
_PARTS_OF = {"user": _SHOWN, "tool": _SHOWN, "assistant": ("text", "refusal")}
"""The parts that a message may have by its role; all others have text alone."""


class Given(TypedDict):
    """What an input of a workflow can be made of.

    `text` is what the last message of the user says, `messages` are all, by their names in Chat Completions, `history`
    those before that message, `system` is the text of the system's messages. `body` is the request as it came.
    """

    text: str
    messages: list[JsonObject]
    history: list[JsonObject]
    system: str
    user: str
    metadata: JsonObject
    body: JsonObject


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its conversation, and how it wants to be answered."""

    model: str
    messages: list[JsonObject]
    stream: bool
    body: JsonObject
    include_usage: bool = False
    tools: list[JsonObject] = field(default_factory=list[JsonObject])
    """The functions that the caller offers, and what the model has to do about them, as Chat Completions has both."""
    tool_choice: Any = None

    @property
    def shows_more_than_text(self) -> bool:
        """Whether the conversation has images, files or audio."""
        contents: list[Any] = [each.get("content") for each in self.messages]
        return any(part["type"] in _SHOWN[1:] for each in contents if isinstance(each, list) for part in _parts(each))

    def given(self, *, text_only: bool) -> Given:
        """What the workflow's input is made of. With `text_only` it takes nothing but texts of the conversation.

        Raises:
            BadRequest: no message is the user's, or the last has what the workflow would not see.
        """
        last = next((at for at in reversed(range(len(self.messages))) if self.messages[at]["role"] == "user"), None)
        if last is None:
            raise BadRequest("No message has the role user.", param="messages")
        content = self.messages[last].get("content")
        if text_only and isinstance(content, list):
            for part in _parts(content):
                if part["type"] != "text":
                    raise BadRequest(f"This model takes text alone, and no {part['type']}.", param="messages")
        return {
            "text": text_of(content),
            "messages": self.messages,
            "history": self.messages[:last],
            "system": "\n\n".join(
                text_of(message.get("content"))
                for message in self.messages
                if message["role"] in ("system", "developer")
            ),
            "user": str(self.body.get("user") or self.body.get("safety_identifier") or ""),
            "metadata": member(self.body, "metadata", dict) or {},
            "body": self.body,
        }


def _parts(content: Any) -> list[JsonObject]:
    return cast("list[JsonObject]", content)


def text_of(content: Any) -> str:
    """What a message says in text."""
    if isinstance(content, list):
        return "\n".join(part["text"] for part in _parts(content) if part["type"] == "text")
    return content or ""


def member(body: JsonObject, name: str, kind: type[Any]) -> Any:
    """A parameter that may be left out or null.

    Raises:
        BadRequest: it is something else.
    """
    value = body.get(name)
    if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
        return value
    raise BadRequest(f"`{name}` cannot be a value of this type.", param=name)


def model_of(body: JsonObject) -> str:
    """The name of the model that is asked for.

    Raises:
        BadRequest: there is none.
    """
    model: str | None = member(body, "model", str)
    if not model:
        raise BadRequest("`model` is missing.", param="model")
    return model


def refuse(body: JsonObject, name: str, usual: tuple[Any, ...], why: str) -> None:
    """Refuses a parameter that would give another answer than the one it asks for.

    Raises:
        BadRequest: it is there with a value that is not one of `usual`.
    """
    value = body.get(name)
    # 1 is True, and 0 is False, to Python alone.
    if value is not None and not any(type(value) is type(each) and value == each for each in usual):
        raise BadRequest(f"`{name}` cannot be served: {why}", param=name)


def check_part(role: str, part: JsonObject, place: str) -> None:
    """Looks whether a message of that role may have a part, by its name in Chat Completions.

    Raises:
        BadRequest: it may not.
    """
    taken = _PARTS_OF.get(role, ("text",))
    if part["type"] not in taken:
        detail = f"`{place}` is none of what a message of the role {role} is made of: {', '.join(taken)}."
        raise BadRequest(detail, param=f"{place}.type")
    if part["type"] == "refusal" and part.get("refusal") == "":
        raise BadRequest(f"`{place}.refusal` is empty.", param=f"{place}.refusal")


def check_name(name: str, place: str) -> None:
    """Looks whether models' APIs know what is called so as a function.

    Raises:
        BadRequest: they do not.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest(f"`{place}` is no name of a function: 1 to 64 letters, digits, _ and -.", param=place)
