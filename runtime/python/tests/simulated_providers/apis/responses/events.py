"""An answer of the Responses API as events, in the groups that faults work on.

Source: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.simulated_providers.apis.responses.answer import begun_response, text_part, whole_response
from tests.simulated_providers.apis.responses.request import ResponsesRequest
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.identifiers import obfuscation
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.streams import Event, Events
from tests.simulated_providers.tokens import batches, split_tokens

# Deltas with up to so many characters come out equally long.
OBFUSCATED_LENGTH = 16


def make_events(completion: Completion, request: ResponsesRequest, tokens_per_event: int = 1) -> Events:
    """The events of an answer; each delta holds so many tokens."""
    response = whole_response(completion, request)
    begun = begun_response(completion, request)
    maker = _Maker(completion, request, max(1, tokens_per_event))
    made = [event("response.created", response=begun), event("response.in_progress", response=begun)]
    for index, item in enumerate(response["output"]):
        made.extend(maker.item(index, item))
    terminal = event(f"response.{response['status']}", response=response)
    deltas = [place for place, each in enumerate(made) if is_delta(each)]
    if not deltas:
        return Events(made, [], [terminal])
    first, end = deltas[0], deltas[-1] + 1
    return Events(made[:first], made[first:end], [*made[end:], terminal])


def event(kind: str, **members: Any) -> Event:
    """An event whose name is its type."""
    return Event(kind, {"type": kind, **members})


def is_delta(made: Event) -> bool:
    """Whether an event carries a piece of the answer: of its text or of arguments, not of a summary."""
    return "delta" in made.data and "summary_index" not in made.data


class _Maker:
    """Makes the events of one answer's items."""

    def __init__(self, completion: Completion, request: ResponsesRequest, step: int) -> None:
        self._choice = completion.choices[0]
        self._request = request
        self._step = step
        self._deltas = 0

    def item(self, index: int, item: JsonObject) -> Iterator[Event]:
        """From an item's beginning to its end."""
        inside = {"message": self._message, "function_call": self._call, "reasoning": self._reasoning}[item["type"]]
        yield event("response.output_item.added", output_index=index, item=_begun(item))
        yield from inside({"item_id": item["id"], "output_index": index}, item)
        yield event("response.output_item.done", output_index=index, item=item)

    def _message(self, place: JsonObject, item: JsonObject) -> Iterator[Event]:
        place = {**place, "content_index": 0}
        part: JsonObject = item["content"][0]
        refused = self._choice.refused
        kind = "response.refusal" if refused else "response.output_text"
        empty = text_part((), refused=refused, alternatives=None)
        yield event("response.content_part.added", **place, part=empty)
        for pieces in batches(self._choice.pieces, self._step):
            probabilities = {} if refused else {"logprobs": self._probabilities(pieces)}
            yield self._delta(f"{kind}.delta", place, "".join(pieces), **probabilities)
        if refused:
            yield event(f"{kind}.done", **place, refusal=part["refusal"])
        else:
            yield event(f"{kind}.done", **place, text=part["text"], logprobs=_short(part["logprobs"]))
        yield event("response.content_part.done", **place, part=part)

    def _call(self, place: JsonObject, item: JsonObject) -> Iterator[Event]:
        kind = "response.function_call_arguments"
        for pieces in batches(split_tokens(item["arguments"]), self._step):
            yield self._delta(f"{kind}.delta", place, "".join(pieces))
        yield event(f"{kind}.done", **place, name=item["name"], arguments=item["arguments"])

    def _reasoning(self, place: JsonObject, item: JsonObject) -> Iterator[Event]:
        for number, part in enumerate(objects(item["summary"])):
            here = {**place, "summary_index": number}
            kind = "response.reasoning_summary_text"
            yield event("response.reasoning_summary_part.added", **here, part={**part, "text": ""})
            for pieces in batches(split_tokens(part["text"]), self._step):
                yield self._delta(f"{kind}.delta", here, "".join(pieces))
            yield event(f"{kind}.done", **here, text=part["text"])
            yield event("response.reasoning_summary_part.done", **here, part=part)

    def _delta(self, kind: str, place: JsonObject, text: str, **more: Any) -> Event:
        self._deltas += 1
        if self._request.include_obfuscation:
            more["obfuscation"] = obfuscation(self._deltas, max(1, OBFUSCATED_LENGTH - len(text)))
        return event(kind, **place, delta=text, **more)

    def _probabilities(self, pieces: Sequence[str]) -> list[JsonObject]:
        part = text_part(pieces, refused=False, alternatives=self._request.top_logprobs)
        return _short(part["logprobs"])


def _begun(item: JsonObject) -> JsonObject:
    """An item as it is announced, with nothing in it yet."""
    match item["type"]:
        case "message":
            return {**item, "status": "in_progress", "content": []}
        case "function_call":
            return {**item, "status": "in_progress", "arguments": ""}
        case _:
            return {**item, "summary": []}


def _short(probabilities: list[JsonObject]) -> list[JsonObject]:
    """Log probabilities as events have them: without bytes."""
    return [
        {
            "token": each["token"],
            "logprob": each["logprob"],
            "top_logprobs": [{"token": top["token"], "logprob": top["logprob"]} for top in each["top_logprobs"]],
        }
        for each in probabilities
    ]
