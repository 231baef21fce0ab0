"""A completion as one JSON answer.

Source: https://platform.openai.com/docs/api-reference/chat/object
"""

from typing import Any

from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.identifiers import call_id
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.logprobs import logprobs
from tests.simulated_providers.request import ChatRequest


def whole_answer(completion: Completion, request: ChatRequest) -> JsonObject:
    """The `chat.completion` object."""
    return {
        "id": completion.id,
        "object": "chat.completion",
        "created": completion.created,
        "model": completion.model,
        "choices": [_choice(completion, choice, index, request) for index, choice in enumerate(completion.choices)],
        "usage": completion.usage(),
        "service_tier": request.service_tier,
        "system_fingerprint": completion.fingerprint,
    }


def _choice(completion: Completion, choice: Choice, index: int, request: ChatRequest) -> JsonObject:
    text = choice.text
    message: JsonObject = {
        "role": "assistant",
        "content": None if choice.refused or (choice.calls and not text) else text,
        "refusal": text if choice.refused else None,
        "annotations": [],
    }
    if choice.calls and completion.legacy:
        call = choice.calls[0]
        message["function_call"] = {"name": call.name, "arguments": call.arguments}
    elif choice.calls:
        message["tool_calls"] = [
            {
                "id": call_id(completion.id, index, position),
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for position, call in enumerate(choice.calls)
        ]
    probabilities: Any = None
    if request.top_logprobs is not None and text:
        probabilities = logprobs(list(choice.pieces), request.top_logprobs, refused=choice.refused)
    return {"index": index, "message": message, "logprobs": probabilities, "finish_reason": choice.finish_reason}
