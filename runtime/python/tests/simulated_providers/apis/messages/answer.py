"""An answer as a message, whole.

Source: https://platform.claude.com/docs/en/api/messages/create, "Returns"
"""

from typing import Any

from tests.simulated_providers.apis.messages.request import MessagesRequest
from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.identifiers import letters
from tests.simulated_providers.json_values import JsonObject, decode, is_object
from tests.simulated_providers.tokens import count_message

REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


def whole_message(completion: Completion, request: MessagesRequest) -> JsonObject:
    """The message; the arguments of a call that are no object are left as they are, for faults."""
    choice = completion.choices[0]
    reason = stop_reason(choice)
    return {
        "id": completion.id,
        "type": "message",
        "role": "assistant",
        "model": completion.model,
        "content": content_of(completion, request),
        "stop_reason": reason,
        "stop_sequence": None,
        "stop_details": stop_details(reason, choice),
        "usage": usage_of(completion, request),
    }


def stop_reason(choice: Choice) -> str:
    """Why the model has ended."""
    if choice.refused:
        return "refusal"
    if choice.calls and choice.finish_reason == "stop":
        return "tool_use"
    return REASONS.get(choice.finish_reason, choice.finish_reason)


def stop_details(reason: str, choice: Choice) -> JsonObject | None:
    """What is said of a refusal."""
    explanation = choice.text if choice.refused else None
    return {"type": "refusal", "category": None, "explanation": explanation} if reason == "refusal" else None


def content_of(completion: Completion, request: MessagesRequest) -> list[JsonObject]:
    """The blocks: what the model thinks, what it says, what it calls."""
    choice = completion.choices[0]
    blocks: list[JsonObject] = []
    if completion.reasoning_tokens:
        thought = f"What came last is {count_message(request.messages[-1])} tokens long. I look at it before I answer."
        shown = thought if request.shows_thoughts else ""
        blocks.append({"type": "thinking", "thinking": shown, "signature": letters(f"thought {completion.id}", 86)})
    if choice.pieces and not choice.refused:
        blocks.append({"type": "text", "text": choice.text})
    for number, call in enumerate(choice.calls):
        call_id = f"toolu_01{letters(f'{completion.id} {number}', 22)}"
        blocks.append({"type": "tool_use", "id": call_id, "name": call.name, "input": _input(call.arguments)})
    return blocks


def _input(arguments: str) -> Any:
    try:
        value: Any = decode(arguments)
    except ValueError:
        return arguments
    return value if is_object(value) else arguments


def usage_of(completion: Completion, request: MessagesRequest) -> JsonObject:
    """What the whole answer has used."""
    return {
        **begun_usage(completion, request),
        "output_tokens": completion.output_tokens,
        "output_tokens_details": {"thinking_tokens": completion.reasoning_tokens},
    }


def begun_usage(completion: Completion, request: MessagesRequest) -> JsonObject:
    """What is counted when an answer begins: all of the prompt."""
    hour = request.written if request.for_an_hour else 0
    return {
        "input_tokens": completion.prompt_tokens - request.cached - request.written,
        "cache_creation_input_tokens": request.written,
        "cache_read_input_tokens": request.cached,
        "cache_creation": {
            "ephemeral_5m_input_tokens": request.written - hour,
            "ephemeral_1h_input_tokens": hour,
        },
        "output_tokens": 1,
        "server_tool_use": None,
        "service_tier": "standard",
        "inference_geo": "global",
    }
