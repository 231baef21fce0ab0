"""Calls of functions and what they gave, of a conversation that a client sends whole.

Clients cut what is old off a long conversation, wherever that is. Models' APIs refuse a call without its result, and a
result without its call: https://platform.openai.com/docs/guides/function-calling
"""

from typing import Any

JsonObject = dict[str, Any]


def paired(messages: list[JsonObject]) -> list[JsonObject]:
    """The messages of Chat Completions without calls that have no result right behind them, and without results of
    other calls; what says nothing else is left out.
    """
    kept: list[JsonObject] = []
    for at, message in enumerate(messages):
        calls: list[JsonObject] | None = message.get("tool_calls")
        if message["role"] == "tool":
            continue
        if not calls:
            told = {name: value for name, value in message.items() if name != "tool_calls"}
            if message["role"] != "assistant" or any(told[name] for name in told.keys() - {"role", "name"}):
                kept.append(told)
            continue
        asked = {call["id"]: call for call in calls}
        results = _results(messages, at + 1, asked)
        answered = [asked[name] for name in asked if name in results]
        if answered:
            kept += ({**message, "tool_calls": answered}, *(results[call["id"]] for call in answered))
        elif message.get("content"):
            kept.append({name: value for name, value in message.items() if name != "tool_calls"})
    return kept


def _results(messages: list[JsonObject], start: int, asked: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """The results that follow, by their calls."""
    found: dict[str, JsonObject] = {}
    for message in messages[start:]:
        if message["role"] != "tool":
            break
        name = message["tool_call_id"]
        if name in asked:
            found.setdefault(name, message)
    return found
