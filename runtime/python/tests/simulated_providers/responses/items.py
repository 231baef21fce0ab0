"""The output items of an answer: reasoning, a message, function calls.

Source: https://platform.openai.com/docs/api-reference/responses/object
"""

import base64
from typing import Any

from tests.simulated_providers.answers.calls import Call
from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.identifiers import call_id, item_id
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.logprobs import logprobs
from tests.simulated_providers.responses.request import ResponsesRequest

SUMMARY = "**Weighing the question**\n\nThe answer follows from the words of the question alone."
CUT_SHORT = ("length", "content_filter")
BETWEEN_CALLS = ("high", "xhigh", "max")


def output_items(completion: Completion, request: ResponsesRequest) -> list[JsonObject]:
    """The items in the order a model gives them, complete or as far as the answer got."""
    choice = completion.choices[0]
    items: list[JsonObject] = []
    if request.effort != "none":
        items.append(_reasoning(completion, request, 0))
    ended_thinking = choice.finish_reason == "length" and not choice.pieces
    if choice.pieces or not (choice.calls or ended_thinking):
        items.append(_message(completion, choice, request, len(items)))
    for position, call in enumerate(choice.calls):
        # With enough effort a model thinks again between its calls.
        if position and request.effort in BETWEEN_CALLS:
            items.append(_reasoning(completion, request, len(items)))
        last = position == len(choice.calls) - 1
        items.append(_call(completion, call, position, len(items), cut=last and choice.finish_reason in CUT_SHORT))
    return items


def encrypted_reasoning(reasoning_id: str) -> str:
    """The encrypted content of a reasoning item: nothing but its name, which can be verified."""
    return base64.urlsafe_b64encode(f"reasoning of {reasoning_id}".encode()).decode()


def _reasoning(completion: Completion, request: ResponsesRequest, position: int) -> JsonObject:
    item: JsonObject = {"id": item_id("rs", completion.id, position), "type": "reasoning", "summary": []}
    if request.summary:
        item["summary"] = [{"type": "summary_text", "text": SUMMARY}]
    if request.encrypted:
        item["encrypted_content"] = encrypted_reasoning(item["id"])
    return item


def _message(completion: Completion, choice: Choice, request: ResponsesRequest, position: int) -> JsonObject:
    return {
        "id": item_id("msg", completion.id, position),
        "type": "message",
        "status": "incomplete" if choice.finish_reason in CUT_SHORT and not choice.calls else "completed",
        "role": "assistant",
        "content": [text_part(choice.pieces, refused=choice.refused, alternatives=request.top_logprobs)],
    }


def text_part(pieces: tuple[str, ...], *, refused: bool, alternatives: int | None) -> JsonObject:
    """The content of a message: its text with log probabilities if they were asked for, or a refusal."""
    text = "".join(pieces)
    if refused:
        return {"type": "refusal", "refusal": text}
    probabilities: Any = [] if alternatives is None else logprobs(list(pieces), alternatives)["content"]
    return {"type": "output_text", "annotations": [], "logprobs": probabilities, "text": text}


def _call(completion: Completion, call: Call, number: int, position: int, *, cut: bool) -> JsonObject:
    return {
        "id": item_id("fc", completion.id, position),
        "type": "function_call",
        "status": "incomplete" if cut else "completed",
        "arguments": call.arguments,
        "call_id": call_id(completion.id, 0, number),
        "name": call.name,
    }
