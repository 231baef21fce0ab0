"""Faults of what chunks hold, as compatible servers and gateways send them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.simulated_providers.api import SHARED_FAULTS
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Event, Events

# https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}

Change = Callable[[Events, Fault], Events]


def _inserted(make: Callable[[JsonObject], JsonObject]) -> Change:
    """One more chunk between two content chunks, made from the opening one."""

    def change(events: Events, fault: Fault) -> Events:
        made = Event(None, make(events.opening[0].data))
        return replace(events, content=[*events.content[: fault.after], made, *events.content[fault.after :]])

    return change


def _without(chunk: JsonObject, name: str) -> JsonObject:
    return {key: value for key, value in chunk.items() if key != name}


def _with_choice(**members: Any) -> Callable[[JsonObject], JsonObject]:
    choice = {"index": 0, "finish_reason": None, "logprobs": None, **members}
    return lambda chunk: {**chunk, "choices": [choice]}


def _azure(events: Events, fault: Fault) -> Events:
    anonymous: JsonObject = {**events.opening[0].data, "id": "", "model": "", "object": "", "created": 0, "choices": []}
    checked = {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": SAFE}]}
    offsets = {"check_offset": 0, "start_offset": 0, "end_offset": 100}
    after = _with_choice(content_filter_results=SAFE, content_filter_offsets=offsets)
    changed = _inserted(lambda _: after(anonymous))(events, fault)
    return replace(changed, opening=[Event(None, {**anonymous, **checked}), *events.opening])


def _calls(chunk: JsonObject) -> list[JsonObject]:
    return [call for choice in chunk["choices"] for call in objects(choice["delta"].get("tool_calls"))]


def _each_call(change: Callable[[JsonObject], JsonObject]) -> Change:
    """Every tool-call delta changed."""

    def changed(event: Event) -> Event:
        calls = _calls(event.data)
        if not calls:
            return event
        choice = event.data["choices"][0]
        delta = {**choice["delta"], "tool_calls": [change(call) for call in calls]}
        return Event(None, {**event.data, "choices": [{**choice, "delta": delta}]})

    return lambda events, _: replace(events, content=[changed(event) for event in events.content])


def _named_again(events: Events, fault: Fault) -> Events:
    """Every delta repeats the name and the id of its call."""
    first: dict[int, JsonObject] = {}

    def named(call: JsonObject) -> JsonObject:
        begun = first.setdefault(call["index"], call)
        function = {**call["function"], "name": begun["function"]["name"]}
        return {**call, "id": begun["id"], "type": "function", "function": function}

    return _each_call(named)(events, fault)


def _interleaved(events: Events, _: Fault) -> Events:
    """The deltas of several calls in turn: one of the first call, one of the second, and so on."""
    by_call: dict[int, list[Event]] = {}
    rest: list[Event] = []
    for event in events.content:
        calls = _calls(event.data)
        (by_call.setdefault(calls[0]["index"], []) if calls else rest).append(event)
    longest = max((len(each) for each in by_call.values()), default=0)
    turns = [each[place] for place in range(longest) for each in by_call.values() if place < len(each)]
    return replace(events, content=[*rest, *turns])


def _choices(value: Any) -> Callable[[JsonObject], JsonObject]:
    return lambda answer: {**answer, "choices": value}


def _no_choices(answer: JsonObject) -> JsonObject:
    return _without(answer, "choices")


def _without_call_ids(answer: JsonObject) -> JsonObject:
    for choice in answer["choices"]:
        for call in objects(choice["message"].get("tool_calls")):
            del call["id"]
    return answer


NOTHING = {"content": None, "tool_calls": None, "function_call": None}
CHAT_FAULTS = [
    FaultKind("empty_choices", "a chunk with no choices", events=_inserted(_choices([])), whole=_choices([])),
    FaultKind("missing_choices", "a chunk without `choices`", events=_inserted(_no_choices), whole=_no_choices),
    FaultKind(
        "null_choices", "a chunk whose `choices` is null", events=_inserted(_choices(None)), whole=_choices(None)
    ),
    FaultKind("null_delta", "a null delta", events=_inserted(_with_choice(delta=None))),
    FaultKind("missing_delta", "a choice without delta", events=_inserted(_with_choice())),
    FaultKind(
        "null_content", "a delta whose content and calls are null", events=_inserted(_with_choice(delta=NOTHING))
    ),
    FaultKind("azure_filter", "Azure's content filter chunks", events=_azure),
    FaultKind(
        "tool_without_index", "tool deltas without index", events=_each_call(lambda call: _without(call, "index"))
    ),
    replace(
        SHARED_FAULTS["tool_without_id"], events=_each_call(lambda call: _without(call, "id")), whole=_without_call_ids
    ),
    FaultKind(
        "tool_same_index", "several calls, all with index 0", events=_each_call(lambda call: {**call, "index": 0})
    ),
    FaultKind(
        "tool_first_index_one",
        "tool calls counted from 1",
        events=_each_call(lambda call: {**call, "index": call["index"] + 1}),
    ),
    replace(SHARED_FAULTS["tool_interleaved"], events=_interleaved),
    FaultKind("tool_name_repeated", "name and id in every delta", events=_named_again),
]
