"""From a node's config to the body of a Chat Completions request.

https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.llm.models import is_reasoning_model, known_as, takes_functions
from app.llm.request import ModelRequest, finished_request, messages_of, parts_of, response_format_of, tools_of
from app.llm.types import JsonObject, OpenAIConfig

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


# Keys of the config that are ours, or are sent under another name.
_NOT_SENT_AS_IS = frozenset(
    (
        "max_tokens",
        "response_format",
        "functions",
        "function_call",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "stream",
        "stream_options",
        "timeout",
        "max_retries",
        "api",
        "base_model",
        "extra_body",
    )
)


def chat_request(config: OpenAIConfig, *, stream: bool) -> ModelRequest:
    """Encodes a request.

    Raises:
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any message, which OpenAI would refuse.
        InvalidRequest: a value that has no JSON form, or no messages.
    """
    values: dict[str, Any] = dict(config)
    messages = messages_of(values)
    body = {name: value for name, value in values.items() if name not in _NOT_SENT_AS_IS and value is not None}
    known = known_as(config)
    body["messages"] = with_results_as_text(messages)
    body.update(_token_limit(known, values.get("max_tokens")))
    body.update(_functions(known, values))
    response_format = response_format_of(values)
    if response_format is not None:
        body["response_format"] = response_format
    options: JsonObject | None = {**(values.get("stream_options") or {}), "include_usage": True} if stream else None
    return finished_request("chat", values, body, stream_options=options)


def _token_limit(model: str, max_tokens: int | None) -> dict[str, int]:
    if max_tokens is None:
        return {}
    return {"max_completion_tokens" if is_reasoning_model(model) else "max_tokens": max_tokens}


def _functions(model: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Functions and tools as the model takes them; both together can only be sent as tools."""
    if config.get("functions") and not config.get("tools") and takes_functions(model):
        sent: dict[str, Any] = {"functions": config["functions"]}
        if config.get("function_call") is not None:
            sent["function_call"] = config["function_call"]
        return sent
    return tools_of(config)
