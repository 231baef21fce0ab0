"""Changes to the chunks of a stream, as the habits of providers make them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.streams import Event, Events
from tests.simulated_providers.tokens import split_tokens

THOUGHT = "What is asked is clear. A short answer will do."


def each_chunk(events: Events, change: Callable[[JsonObject], JsonObject]) -> Events:
    """The stream with every chunk changed."""

    def changed(group: Iterable[Event]) -> list[Event]:
        return [Event(event.name, change(event.data)) for event in group]

    return Events(changed(events.opening), changed(events.content), changed(events.finish), changed(events.usage))


def each_delta(events: Events, change: Callable[[JsonObject], JsonObject]) -> Events:
    """The stream with every delta changed."""

    def changed(chunk: JsonObject) -> JsonObject:
        choices = [{**choice, "delta": change(choice["delta"])} for choice in chunk["choices"]]
        return {**chunk, "choices": choices}

    return each_chunk(events, changed)


def with_last(events: Events, further: JsonObject) -> Events:
    """The stream with further members in the chunk that says why the answer ended."""
    *before, last = events.finish
    return replace(events, finish=[*before, Event(last.name, {**last.data, **further})])


def thinking(events: Events, delta: Callable[[str], JsonObject], thought: str = THOUGHT) -> Events:
    """The stream with what the model thinks before its answer, a delta for each piece."""
    first = events.opening[-1].data
    choice = {"index": 0, "logprobs": None, "finish_reason": None}
    pieces = [Event(None, {**first, "choices": [{**choice, "delta": delta(piece)}]}) for piece in split_tokens(thought)]
    return replace(events, opening=[*events.opening, *pieces])


def without(value: JsonObject, *names: str) -> JsonObject:
    """An object without some members."""
    return {name: member for name, member in value.items() if name not in names}
