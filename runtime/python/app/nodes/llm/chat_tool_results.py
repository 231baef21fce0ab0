"""Images and files in the results of functions, which Chat Completions takes in messages of the user only.

https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.nodes.llm.message_parts import parts_of
from app.nodes.llm.openai_types import JsonObject

Messages = Sequence[Mapping[str, Any]]


def with_results_as_text(messages: Messages) -> Messages:
    """The messages, with what is no text moved out of tool messages into a message of the user after them.

    Both texts say what belongs where. Other messages are left as they are.
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
