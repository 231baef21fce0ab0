"""Events of the Responses API as bytes: numbered, with an `event:` line, and no [DONE] at the end."""

from tests.simulated_providers.json_values import encode
from tests.simulated_providers.responses.events import Event, Events
from tests.simulated_providers.streams import Frames

KEEP_ALIVE = "keepalive"
# `response.created` and `response.in_progress` leave before the model has begun.
AT_ONCE = 2


def encode_events(events: Events) -> Frames:
    """All events, ready before the first one leaves. `idle` is the event that OpenAI sends while a model thinks."""
    opening, content = len(events.opening), len(events.opening) + len(events.content)
    made = [_frame(event, number) for number, event in enumerate(events.every())]
    idle = _frame(Event(KEEP_ALIVE, {"type": KEEP_ALIVE}), opening)
    return Frames(made[:opening], made[opening:content], made[content:], [], [], idle, at_once=AT_ONCE)


def _frame(event: Event, number: int) -> bytes:
    line = f"event: {event.name}\n" if event.name else ""
    return b"%bdata: %b\n\n" % (line.encode(), encode({**event.data, "sequence_number": number}))
