"""Faults of what the events of a Responses stream hold, as OpenAI, compatible servers and gateways send them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.simulated_providers.api import SHARED_FAULTS
from tests.simulated_providers.apis.responses.answer import SERVER_ERROR, failed
from tests.simulated_providers.apis.responses.events import event, is_delta
from tests.simulated_providers.errors import input_too_long
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Event, Events

Change = Callable[[Events, Fault], Events]

RATE_LIMITED = "Rate limit reached for requests. Please try again in 1s."
TOO_LONG = str(input_too_long())


def _error_event(events: Events, fault: Fault) -> Events:
    """Ends with an `error` event as the published schema has it."""
    last = event("error", code="server_error", message=SERVER_ERROR, param=None)
    return Events(events.opening, events.content[: fault.after], [last])


def _error_object(events: Events, fault: Fault) -> Events:
    """Ends with an `error` event that holds an error object, as api.openai.com sends it."""
    return Events(events.opening, events.content[: fault.after], [_error("server_error", SERVER_ERROR, None)])


def _error(code: str, message: str, param: str | None) -> Event:
    kind = "invalid_request_error" if param else code
    return event("error", error={"type": kind, "code": code, "message": message, "param": param})


def _failed(code: str, message: str) -> Change:
    """Ends with `response.failed`."""

    def change(events: Events, fault: Fault) -> Events:
        response = failed(events.finish[-1].data["response"], code, message)
        last = event("response.failed", response=response)
        return Events(events.opening, events.content[: fault.after], [last])

    return change


def _too_long(events: Events, _: Fault) -> Events:
    response = failed(events.finish[-1].data["response"], "context_length_exceeded", TOO_LONG)
    error = _error("context_length_exceeded", TOO_LONG, "input")
    return Events(events.opening[:2], [], [error, event("response.failed", response=response)])


def _inserted(made: Event) -> Change:
    """One more event between two deltas."""
    return lambda events, fault: replace(
        events, content=[*events.content[: fault.after], made, *events.content[fault.after :]]
    )


def _each(change: Callable[[Event], Event]) -> Change:
    return lambda events, _: Events(
        *([change(each) for each in group] for group in (events.opening, events.content, events.finish))
    )


def _without(made: Event, name: str) -> Event:
    return made._replace(data={key: value for key, value in made.data.items() if key != name})


def _by_item(events: Events) -> tuple[list[Event], dict[int, list[Event]], Event]:
    """What precedes the items, the events of each item by its index, and the terminal event."""
    *made, terminal = events.every()
    items: dict[int, list[Event]] = {}
    for each in made:
        if "output_index" in each.data:
            items.setdefault(each.data["output_index"], []).append(each)
    return [each for each in made if "output_index" not in each.data], items, terminal


def _interleaved(events: Events, _: Fault) -> Events:
    """All items are announced first; then their deltas come in turn, and then their ends."""
    opening, items, terminal = _by_item(events)
    deltas = [[each for each in item if is_delta(each)] for item in items.values()]
    firsts = [_split(item)[0] for item in items.values()]
    lasts = [_split(item)[1] for item in items.values()]
    turns = [each[place] for place in range(max(map(len, deltas), default=0)) for each in deltas if place < len(each)]
    return Events([*opening, *_joined(firsts)], turns, [*_joined(lasts), terminal])


def _split(item: list[Event]) -> tuple[list[Event], list[Event]]:
    """An item's events before its first delta and after its last one."""
    places = [place for place, each in enumerate(item) if is_delta(each)] or [len(item) - 1]
    return item[: places[0]], [each for each in item[places[0] :] if not is_delta(each)]


def _joined(groups: list[list[Event]]) -> list[Event]:
    return [each for group in groups for each in group]


def _out_of_order(events: Events, _: Fault) -> Events:
    opening, items, terminal = _by_item(events)
    return Events(opening, _joined([items[index] for index in sorted(items, reverse=True)]), [terminal])


def _terminal_without(name: str, otherwise: Any = None) -> Change:
    def change(events: Events, _: Fault) -> Events:
        last = events.finish[-1]
        response = {key: value for key, value in last.data["response"].items() if key != name}
        if otherwise is not None:
            response[name] = otherwise
        ended = last._replace(data={**last.data, "response": response})
        return replace(events, finish=[*events.finish[:-1], ended])

    return change


def _without_call_ids(answer: JsonObject) -> JsonObject:
    """A whole answer whose calls have no `call_id`."""
    return {**answer, "output": [_anonymous(item) for item in objects(answer["output"])]}


def _events_without_call_ids(events: Events, _: Fault) -> Events:
    """Events in which no call has a `call_id`."""

    def change(made: Event) -> Event:
        data = made.data
        if "item" in data:
            return made._replace(data={**data, "item": _anonymous(data["item"])})
        return (
            made._replace(data={**data, "response": _without_call_ids(data["response"])})
            if "response" in data
            else made
        )

    return _each(change)(events, _)


def _anonymous(item: JsonObject) -> JsonObject:
    return {key: value for key, value in item.items() if key != "call_id"}


RESPONSE_FAULTS = [
    FaultKind(
        "failed_server_error",
        "Responses: `response.failed` with code server_error after `after` deltas, or a whole answer like it",
        events=_failed("server_error", SERVER_ERROR),
        whole=lambda answer: failed(answer, "server_error", SERVER_ERROR),
    ),
    FaultKind(
        "failed_rate_limit",
        "Responses: `response.failed` with code rate_limit_exceeded after `after` deltas, or a whole answer like it",
        events=_failed("rate_limit_exceeded", RATE_LIMITED),
        whole=lambda answer: failed(answer, "rate_limit_exceeded", RATE_LIMITED),
    ),
    FaultKind(
        "context_length_in_stream",
        "Responses: an `error` event with code context_length_exceeded and `response.failed`, before any output",
        events=_too_long,
    ),
    FaultKind(
        "unknown_event",
        "Responses: an event of an unknown type",
        events=_inserted(event("response.output_aura.delta", delta="?", output_index=0)),
    ),
    FaultKind(
        "event_without_type",
        "Responses: one more event, with neither name nor type",
        events=_inserted(Event(None, {"note": "nothing"})),
    ),
    FaultKind(
        "types_missing",
        "Responses: no event has a type in its data, the `event:` line alone names it",
        events=_each(lambda made: _without(made, "type")),
    ),
    FaultKind(
        "names_missing",
        "Responses: no event has an `event:` line, the data alone has its type",
        events=_each(lambda made: made._replace(name=None)),
    ),
    FaultKind(
        "delta_without_item_id",
        "Responses: deltas without item_id",
        events=_each(lambda made: _without(made, "item_id") if is_delta(made) else made),
    ),
    FaultKind("items_out_of_order", "Responses: the item with the highest output_index first", events=_out_of_order),
    FaultKind(
        "terminal_without_output",
        "Responses: the terminal event's output is empty, or that of a whole answer",
        events=_terminal_without("output", []),
        whole=lambda answer: {**answer, "output": []},
    ),
    FaultKind(
        "terminal_without_usage",
        "Responses: no usage in the terminal event, or in a whole answer",
        events=_terminal_without("usage"),
        whole=lambda answer: {key: value for key, value in answer.items() if key != "usage"},
    ),
]
SHARED_IN_RESPONSES = [
    replace(SHARED_FAULTS["error_in_stream"], events=_error_object),
    replace(SHARED_FAULTS["error_event"], events=_error_event),
    replace(SHARED_FAULTS["tool_without_id"], events=_events_without_call_ids, whole=_without_call_ids),
    replace(SHARED_FAULTS["tool_interleaved"], events=_interleaved),
]
