"""Faults of what the chunks of a stream hold, as compatible servers and gateways send them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.simulated_providers.chunks import Chunks
from tests.simulated_providers.faults.kinds import FaultKind
from tests.simulated_providers.faults.response_events import events_without_call_ids, interleaved, without_call_ids
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.settings import Fault

# https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}

Change = Callable[[Chunks, Fault], Chunks]


def _inserted(make: Callable[[JsonObject], JsonObject]) -> Change:
    """One more chunk between two content chunks, made from the opening one."""

    def change(chunks: Chunks, fault: Fault) -> Chunks:
        made = make(chunks.opening[0])
        return replace(chunks, content=[*chunks.content[: fault.after], made, *chunks.content[fault.after :]])

    return change


def _without(chunk: JsonObject, name: str) -> JsonObject:
    return {key: value for key, value in chunk.items() if key != name}


def _with_choice(chunk: JsonObject, choice: JsonObject) -> JsonObject:
    return {**chunk, "choices": [{"index": 0, "finish_reason": None, "logprobs": None, **choice}]}


def _azure(chunks: Chunks, fault: Fault) -> Chunks:
    prompt = {
        **chunks.opening[0],
        "id": "",
        "model": "",
        "object": "",
        "created": 0,
        "choices": [],
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": SAFE}],
    }
    checked: JsonObject = {"index": 0, "finish_reason": None, "logprobs": None, "content_filter_results": SAFE}
    offsets = {"check_offset": 0, "start_offset": 0, "end_offset": 100}
    after = {**prompt, "choices": [{**checked, "content_filter_offsets": offsets}]}
    del after["prompt_filter_results"]
    content = [*chunks.content[: fault.after], after, *chunks.content[fault.after :]]
    return replace(chunks, opening=[prompt, *chunks.opening], content=content)


def _each_call(change: Callable[[JsonObject], JsonObject]) -> Change:
    """Every tool-call delta changed."""

    def changed(chunk: JsonObject) -> JsonObject:
        return _with_calls(chunk, [change(call) for call in _calls(chunk)]) if _calls(chunk) else chunk

    return lambda chunks, _: replace(chunks, content=[changed(chunk) for chunk in chunks.content])


def _calls(chunk: JsonObject) -> list[JsonObject]:
    return [call for choice in chunk["choices"] for call in objects(choice["delta"].get("tool_calls"))]


def _with_calls(chunk: JsonObject, calls: list[JsonObject]) -> JsonObject:
    choice = chunk["choices"][0]
    return {**chunk, "choices": [{**choice, "delta": {**choice["delta"], "tool_calls": calls}}]}


def _named_again(chunks: Chunks, _: Fault) -> Chunks:
    """Every delta repeats the name and the id of its call."""
    first: dict[int, JsonObject] = {}

    def changed(call: JsonObject) -> JsonObject:
        begun = first.setdefault(call["index"], call)
        function = {**call["function"], "name": begun["function"]["name"]}
        return {**call, "id": begun["id"], "type": "function", "function": function}

    return replace(
        chunks,
        content=[_with_calls(chunk, [changed(call) for call in _calls(chunk)]) if _calls(chunk) else chunk
                 for chunk in chunks.content],
    )  # fmt: skip


def _interleaved(chunks: Chunks, _: Fault) -> Chunks:
    """The deltas of several calls in turn: one of the first call, one of the second, and so on."""
    by_call: dict[int, list[JsonObject]] = {}
    rest: list[JsonObject] = []
    for chunk in chunks.content:
        calls = _calls(chunk)
        (by_call.setdefault(calls[0]["index"], []) if calls else rest).append(chunk)
    longest = max((len(each) for each in by_call.values()), default=0)
    turns = [each[place] for place in range(longest) for each in by_call.values() if place < len(each)]
    return replace(chunks, content=[*rest, *turns])


def _choices(value: Any) -> Callable[[JsonObject], JsonObject]:
    return lambda answer: {**answer, "choices": value}


def _without_call_ids(answer: JsonObject) -> JsonObject:
    for choice in answer["choices"]:
        for call in objects(choice["message"].get("tool_calls")):
            del call["id"]
    return answer


DELTA_FAULTS = [
    FaultKind("empty_choices", "a chunk with no choices", chunks=_inserted(_choices([])), whole=_choices([])),
    FaultKind(
        "missing_choices",
        "a chunk without `choices`",
        chunks=_inserted(lambda chunk: _without(chunk, "choices")),
        whole=lambda answer: _without(answer, "choices"),
    ),
    FaultKind(
        "null_choices", "a chunk whose `choices` is null", chunks=_inserted(_choices(None)), whole=_choices(None)
    ),
    FaultKind("null_delta", "a null delta", chunks=_inserted(lambda chunk: _with_choice(chunk, {"delta": None}))),
    FaultKind("missing_delta", "a choice without delta", chunks=_inserted(lambda chunk: _with_choice(chunk, {}))),
    FaultKind(
        "null_content",
        "a delta whose content and calls are null",
        chunks=_inserted(
            lambda chunk: _with_choice(chunk, {"delta": {"content": None, "tool_calls": None, "function_call": None}})
        ),
    ),
    FaultKind("azure_filter", "Azure's content filter chunks", chunks=_azure),
    FaultKind(
        "tool_without_index", "tool deltas without index", chunks=_each_call(lambda call: _without(call, "index"))
    ),
    FaultKind(
        "tool_without_id",
        "tool calls without id",
        chunks=_each_call(lambda call: _without(call, "id")),
        whole=_without_call_ids,
        events=events_without_call_ids,
        response=without_call_ids,
    ),
    FaultKind(
        "tool_same_index", "several calls, all with index 0", chunks=_each_call(lambda call: {**call, "index": 0})
    ),
    FaultKind(
        "tool_first_index_one",
        "tool calls counted from 1",
        chunks=_each_call(lambda call: {**call, "index": call["index"] + 1}),
    ),
    FaultKind("tool_interleaved", "deltas of several calls in turn", chunks=_interleaved, events=interleaved),
    FaultKind("tool_name_repeated", "name and id in every delta", chunks=_named_again),
]
