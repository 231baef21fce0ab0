"""The items of a conversation as the messages of Chat Completions, which is what answers are drawn from."""

from typing import Any

from tests.simulated_providers.json_values import JsonObject, is_array, objects

TEXTS = ("input_text", "output_text", "summary_text")


def messages_of(items: list[JsonObject], instructions: str | None = None) -> list[JsonObject]:
    """The instructions and every message, call and output. Reasoning and items of other kinds are passed over."""
    messages = [{"role": "system", "content": instructions}] if instructions else []
    messages.extend(message for item in items if (message := _message(item)))
    return messages


def _message(item: JsonObject) -> JsonObject | None:
    match item.get("type", "message"):
        case "message":
            return {"role": item["role"], "content": _content(item["content"])}
        case "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            return {"role": "assistant", "content": None, "tool_calls": [call]}
        case "function_call_output":
            return {"role": "tool", "tool_call_id": item["call_id"], "content": _content(item["output"])}
        case _:
            return None


def _content(content: Any) -> Any:
    return [_part(part) for part in objects(content)] if is_array(content) else content


def _part(part: JsonObject) -> JsonObject:
    if part["type"] in TEXTS:
        return {"type": "text", "text": part["text"]}
    return part
