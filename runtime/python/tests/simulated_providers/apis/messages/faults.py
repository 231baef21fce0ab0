"""What goes wrong at Anthropic otherwise than at OpenAI.

Sources: https://platform.claude.com/docs/en/api/errors, https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from time import time
from typing import Any

from tests.simulated_providers.api import SHARED_FAULTS
from tests.simulated_providers.apis.messages.errors import model_not_found, refusal, too_long
from tests.simulated_providers.apis.messages.events import event, is_delta
from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Event, Events

Change = Callable[[Events, Fault], Events]

OVERLOADED = "Overloaded"
LIMITED = "This request would exceed your organization's rate limit of 50 requests per minute."
SPENT = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to purchase credits."
INTERNAL = "Internal server error"


def _refused(name: str, refuse: Callable[[Fault], ApiError]) -> FaultKind:
    return replace(SHARED_FAULTS[name], refusal=refuse)


def _no_headers(_: Fault) -> dict[str, str]:
    return {}


def _said(
    message: str, status: int = 400, headers: Callable[[Fault], dict[str, str]] = _no_headers
) -> Callable[[Fault], ApiError]:
    return lambda fault: refusal(message, status, headers(fault))


def _unknown_model(_: Fault) -> ApiError:
    return model_not_found("the-model")


def _longer_than(limit: int) -> Callable[[Fault], ApiError]:
    return lambda _: too_long(limit + 8_310, limit)


def _failed_whole(_: JsonObject) -> JsonObject:
    return _error("api_error", INTERNAL)


def _seconds(fault: Fault) -> dict[str, str]:
    return {"retry-after": f"{fault.retry_after:g}"}


def _date(fault: Fault) -> dict[str, str]:
    return {"retry-after": formatdate(time() + fault.retry_after, usegmt=True)}


def _milliseconds(fault: Fault) -> dict[str, str]:
    return {"retry-after-ms": f"{fault.retry_after * 1000:g}"}


def _error(kind: str, message: str) -> JsonObject:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_simulated"}


def _ended_by(last: Event) -> Change:
    return lambda events, fault: Events(events.opening, events.content[: fault.after], [last])


def _inserted(made: Event) -> Change:
    return lambda events, fault: replace(
        events, content=[*events.content[: fault.after], made, *events.content[fault.after :]]
    )


def _each(change: Callable[[Event], Event]) -> Change:
    return lambda events, _: Events(
        *([change(each) for each in group] for group in (events.opening, events.content, events.finish))
    )


def _without_name(made: Event) -> Event:
    return made._replace(name=None)


def _anonymous(block: JsonObject) -> JsonObject:
    return {name: value for name, value in block.items() if name != "id" or block["type"] != "tool_use"}


def _events_without_ids(made: Event) -> Event:
    if "content_block" not in made.data:
        return made
    return made._replace(data={**made.data, "content_block": _anonymous(made.data["content_block"])})


def _whole_without_ids(answer: JsonObject) -> JsonObject:
    return {**answer, "content": [_anonymous(block) for block in objects(answer["content"])]}


def _interleaved(events: Events, _: Fault) -> Events:
    """All blocks begin first; then their deltas come in turn, and then their ends."""
    every = events.every()
    blocks: dict[int, list[Event]] = {}
    for each in every:
        if "index" in each.data:
            blocks.setdefault(each.data["index"], []).append(each)
    rest = [each for each in every if "index" not in each.data]
    start = [each for each in rest if each.data["type"] in ("message_start", "ping")]
    deltas = [[each for each in block if is_delta(each)] for block in blocks.values()]
    longest = max(map(len, deltas), default=0)
    turns = [each[place] for place in range(longest) for each in deltas if place < len(each)]
    begun = [each for block in blocks.values() for each in block[:-1] if not is_delta(each)]
    ended = [block[-1] for block in blocks.values()]
    return Events([*start, *begun], turns, [*ended, *(each for each in rest if each not in start)])


def _stop(reason: str) -> Change:
    def change(events: Events, fault: Fault) -> Events:
        def ended(made: Event) -> Event:
            delta: Any = made.data.get("delta") or {}
            if "stop_reason" not in delta:
                return made
            return made._replace(data={**made.data, "delta": {**delta, "stop_reason": reason}})

        return replace(events, finish=[ended(each) for each in events.finish])

    return change


MESSAGES_FAULTS = [
    _refused("invalid_api_key", _said("invalid x-api-key", 401)),
    _refused("permission_denied", _said("Your API key does not have permission to use the specified resource.", 403)),
    _refused("model_not_found", _unknown_model),
    _refused("model_retired", _unknown_model),
    _refused("context_length_exceeded", _longer_than(200_000)),
    _refused(
        "input_tokens_exceeded",
        _said(
            "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or "
            "`max_tokens` and try again"
        ),
    ),
    _refused("input_exceeds_window", _longer_than(1_000_000)),
    _refused("rate_limited_seconds", _said(LIMITED, 429, _seconds)),
    _refused("rate_limited_date", _said(LIMITED, 429, _date)),
    _refused("rate_limited_ms", _said(LIMITED, 429, _milliseconds)),
    # Without a time to wait it is the spending of the month that has come to its limit.
    _refused("rate_limited", _said(LIMITED, 429)),
    _refused("insufficient_quota", _said(SPENT)),
    _refused("server_error", _said(INTERNAL, 500)),
    _refused("unavailable", _said(OVERLOADED, 529)),
    _refused("unavailable_seconds", _said(OVERLOADED, 529, _seconds)),
    _refused("overloaded", _said(OVERLOADED, 529)),
    replace(
        SHARED_FAULTS["error_in_stream"],
        events=_ended_by(Event(None, _error("api_error", INTERNAL))),
        body=None,
        whole=_failed_whole,
    ),
    replace(SHARED_FAULTS["error_event"], events=_ended_by(Event("error", _error("overloaded_error", OVERLOADED)))),
    replace(
        SHARED_FAULTS["tool_without_id"],
        events=_each(_events_without_ids),
        whole=_whole_without_ids,
    ),
    replace(SHARED_FAULTS["tool_interleaved"], events=_interleaved),
    FaultKind(
        "overloaded_in_stream",
        "Messages: `event: error` with overloaded_error after `after` deltas",
        events=_ended_by(Event("error", _error("overloaded_error", OVERLOADED))),
    ),
    FaultKind("pings", "Messages: a ping between deltas", events=_inserted(event("ping"))),
    FaultKind(
        "unknown_message_event",
        "Messages: an event and a delta of unknown types",
        events=_inserted(event("content_block_delta", index=0, delta={"type": "aura_delta", "aura": "?"})),
    ),
    FaultKind("message_names_missing", "Messages: no event has an `event:` line", events=_each(_without_name)),
    FaultKind("context_window_ended", "Messages: the context is full", events=_stop("model_context_window_exceeded")),
]
