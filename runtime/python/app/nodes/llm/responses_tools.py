"""Tools and the choice among them, from the form of Chat Completions to the flat one of the Responses API.

https://platform.openai.com/docs/guides/migrate-to-responses
"""

from typing import Any


def flat_tools(sent: dict[str, Any]) -> dict[str, Any]:
    """`tools`, `tool_choice` and `parallel_tool_calls` as the Responses API takes them. Other tools pass unchanged."""
    flat = dict(sent)
    if "tools" in sent:
        flat["tools"] = [_tool(tool) for tool in sent["tools"]]
    if "tool_choice" in sent:
        flat["tool_choice"] = _choice(sent["tool_choice"])
    return flat


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    function: dict[str, Any] | None = tool.get("function")
    if function is None:
        return tool
    return {
        "type": "function",
        "parameters": {"type": "object", "properties": {}},
        **{name: value for name, value in function.items() if value is not None},
        # Left out it means strict where the schema allows it, other than in Chat Completions.
        "strict": function.get("strict") or False,
    }


def _choice(choice: str | dict[str, Any]) -> str | dict[str, Any]:
    if isinstance(choice, str):
        return choice
    allowed: dict[str, Any] | None = choice.get("allowed_tools")
    if allowed is not None:
        return {**allowed, "type": "allowed_tools", "tools": [_choice(tool) for tool in allowed.get("tools", [])]}
    function: dict[str, Any] | None = choice.get("function")
    return choice if function is None else {"type": "function", **function}
