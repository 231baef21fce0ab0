"""How the sorted messages are listed."""

from typing import TypedDict


class Entry(TypedDict):
    """A message that was sorted."""

    id: str
    topic: str
    reply: str | None


def entry(message_id: str, topic: str, reply: str | None = None) -> Entry:
    """One line of the list: what the message is about, and the reply if one was drafted."""
    return {"id": message_id, "topic": topic, "reply": reply}
