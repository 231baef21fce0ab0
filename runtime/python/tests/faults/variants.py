"""Ways to spoil a stream at random, class by class, and what each may come to.

A class takes the events of a whole stream and a die, and gives the bytes of one variant with its expectation.
"""

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Expectation = Literal["same", "cut", "typed"] | str
"""What a variant comes to. "same": exactly what the whole stream does. "cut": that, where the model had finished, else
a stream that is interrupted or malformed. "typed": anything but an exception that is no error of ours. Otherwise the
code of the error. Whatever had arrived before an error is the beginning of the whole text."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The bytes of a stream; with `packed` they are compressed."""

    stream: bytes
    expectation: Expectation
    packed: bool = False


Events = Sequence[bytes]
"""The events of a stream, each with the blank line behind it."""

Spoil = Callable[[Events, random.Random], Variant]

NOISE = (
    b": ping\n\n",
    b":\n",
    b"retry: 3000\n\n",
    b"id: 7\n\n",
    b"event: ping\n\n",
    b"data\n\n",
    b"data:\n\n",
    b"unknown: field\n\n",
    b"\n",
)
LINE_ENDS = (b"\n", b"\r", b"\r\n")
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    1e300,
    "",
    "x",
    "\ufeff",
    [],
    [None],
    {},
    {"a": {}},
    10**30,
    [[]],
    "0",
)
BROKEN = (
    b"data: {\n\n",
    b"data: nonsense\n\n",
    b'data: {"a": }\n\n',
    b"data: 17\n\n",
    b'data: "x"\n\n',
    b"data: [[\n\n",
)
NOT_UTF8 = (b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\x80")


def _rechunked(events: Events, _: random.Random) -> Variant:
    return Variant(b"".join(events), "same")


def _cut(events: Events, dice: random.Random) -> Variant:
    stream = b"".join(events)
    return Variant(stream[: dice.randrange(len(stream))], "cut")


def _line_ends(events: Events, dice: random.Random) -> Variant:
    return Variant(b"".join(event.replace(b"\n", dice.choice(LINE_ENDS)) for event in events), "same")


def _noise(events: Events, dice: random.Random) -> Variant:
    return Variant(b"".join(dice.choice(NOISE) + event if dice.random() < 0.5 else event for event in events), "same")


def _byte_order_mark(events: Events, _: random.Random) -> Variant:
    return Variant(b"\xef\xbb\xbf" + b"".join(events), "same")


def _no_space(events: Events, dice: random.Random) -> Variant:
    return Variant(b"".join(e.replace(b": ", b":", 1) if dice.random() < 0.5 else e for e in events), "same")


def _multi_line(events: Events, dice: random.Random) -> Variant:
    """The JSON of some events over several data lines."""

    def spread(event: bytes) -> bytes:
        if b"data: {" not in event or dice.random() < 0.5:
            return event
        return _over_lines(event, dice.randrange(3), dice.random() < 0.5)

    return Variant(b"".join(map(spread, events)), "same")


@cache
def _over_lines(event: bytes, indent: int, is_ascii: bool) -> bytes:
    before, _, payload = event.rstrip(b"\n").partition(b"data: ")
    lines = json.dumps(json.loads(payload), indent=indent, ensure_ascii=is_ascii).encode()
    return before + b"".join(b"data: %b\n" % line for line in lines.split(b"\n")) + b"\n"


def _inserted(what: Sequence[bytes], code: str) -> Spoil:
    """Something before the end, and nothing behind it counts."""

    def spoil(events: Events, dice: random.Random) -> Variant:
        place = dice.randrange(1, len(events) - 2)
        return Variant(b"".join((*events[:place], dice.choice(what), *events[place:])), code)

    return spoil


def _invalid_utf8(events: Events, dice: random.Random) -> Variant:
    """Bytes that are no UTF-8 inside the JSON of an event, where it is read."""
    texts = [at for at, event in enumerate(events) if b'"content": "' in event or b'"delta": "' in event]
    place = dice.choice(texts)
    marker = b'"content": "' if b'"content": "' in events[place] else b'"delta": "'
    spoiled = events[place].replace(marker, marker + dice.choice(NOT_UTF8), 1)
    return Variant(b"".join((*events[:place], spoiled, *events[place + 1 :])), "stream_malformed")


def _too_large(events: Events, dice: random.Random) -> Variant:
    place = dice.randrange(1, len(events) - 2)
    large = b"data: " + b"x" * 70_000 + dice.choice((b"\n\n", b""))
    return Variant(b"".join((*events[:place], large, *events[place:])), "stream_malformed")


def _early_done(events: Events, dice: random.Random) -> Variant:
    place = dice.randrange(1, len(events) - 3)
    return Variant(b"".join((*events[:place], b"data: [DONE]\n\n", *events[place:])), "stream_interrupted")


def _byte_changed(events: Events, dice: random.Random) -> Variant:
    stream = bytearray(b"".join(events))
    for _ in range(dice.randint(1, 3)):
        stream[dice.randrange(len(stream))] = dice.randrange(256)
    return Variant(bytes(stream), "typed")


def _byte_lost_or_added(events: Events, dice: random.Random) -> Variant:
    stream = b"".join(events)
    start = dice.randrange(len(stream))
    added = dice.randbytes(dice.randrange(4))
    return Variant(stream[:start] + added + stream[start + dice.randrange(8) :], "typed")


def _events_lost(events: Events, dice: random.Random) -> Variant:
    return Variant(b"".join(event for event in events if dice.random() < 0.7), "typed")


def _end_lost(events: Events, dice: random.Random) -> Variant:
    """All goes on as if nothing had happened, but that the event is missing with which the model finishes."""
    return Variant(b"".join((*events[:-3], *dice.choices(NOISE, k=2), *events[-2:])), "stream_interrupted")


def _events_again(events: Events, dice: random.Random) -> Variant:
    return Variant(b"".join(event * dice.choice((1, 1, 2)) for event in events), "typed")


def _events_in_another_order(events: Events, dice: random.Random) -> Variant:
    shuffled = list(events)
    dice.shuffle(shuffled)
    return Variant(b"".join(shuffled), "typed")


def _values_changed(events: Events, dice: random.Random) -> Variant:
    """Some values of some events are others, of whatever type, or missing."""
    return Variant(b"".join(_bent(event, dice) if dice.random() < 0.4 else event for event in events), "typed")


def _bent(event: bytes, dice: random.Random) -> bytes:
    before, _, payload = event.rstrip(b"\n").partition(b"data: ")
    if not payload.startswith(b"{"):
        return event
    try:
        tree = json.loads(payload)
    except ValueError:
        return event
    places = _places(tree)
    if not places:
        return event
    parent, key = dice.choice(places)
    if dice.random() < 0.2:
        del parent[key]
    else:
        parent[key] = dice.choice(VALUES)
    return before + b"data: " + json.dumps(tree).encode() + b"\n\n"


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every value in a tree, as its parent and its key there."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree))) if isinstance(tree, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return [place for key in keys for place in ((tree, key), *_places(tree[key]))]  # pyright: ignore[reportUnknownVariableType]


def _packed(events: Events, _: random.Random) -> Variant:
    return Variant(gzip.compress(b"".join(events), mtime=0), "same", packed=True)


def _packed_and_cut(events: Events, dice: random.Random) -> Variant:
    packed = gzip.compress(b"".join(events), mtime=0)
    return Variant(packed[: dice.randrange(len(packed))], "cut", packed=True)


def _packed_and_changed(events: Events, dice: random.Random) -> Variant:
    packed = bytearray(gzip.compress(b"".join(events), mtime=0))
    packed[dice.randrange(len(packed))] ^= 1 << dice.randrange(8)
    return Variant(bytes(packed), "typed", packed=True)


def _several(events: Events, dice: random.Random) -> Variant:
    """Two or three of the others, one after the other."""
    stream = b"".join(events)
    for spoil in dice.sample(SINGLE, dice.randint(2, 3)):
        again = [event + b"\n\n" for event in stream.split(b"\n\n")]
        stream = spoil(again, dice).stream if len(again) > 5 else stream
    return Variant(stream, "typed")


ERROR_EVENTS = (
    b'data: {"error": {"type": "server_error", "message": "sk-secret"}}\n\n',
    b'event: error\ndata: {"error": {"type": "server_error", "message": "sk-secret"}}\n\n',
    b'event: error\ndata: {"type": "error", "error": {"code": "server_error"}}\n\n',
)
SINGLE: list[Spoil] = [_cut, _line_ends, _noise, _byte_changed, _byte_lost_or_added, _events_lost, _values_changed]

CLASSES: dict[str, Spoil] = {
    "cut in reads of any size": _rechunked,
    "cut off": _cut,
    "line ends": _line_ends,
    "comments, ids, events without data": _noise,
    "byte order mark": _byte_order_mark,
    "no space behind the colon": _no_space,
    "multi-line data": _multi_line,
    "an error event": _inserted(ERROR_EVENTS, "upstream_unavailable"),
    "malformed JSON": _inserted(BROKEN, "stream_malformed"),
    "invalid UTF-8": _invalid_utf8,
    "an event that is too large": _too_large,
    "[DONE] before the end": _early_done,
    "bytes changed": _byte_changed,
    "bytes lost or added": _byte_lost_or_added,
    "events lost": _events_lost,
    "the end lost": _end_lost,
    "events twice": _events_again,
    "events in another order": _events_in_another_order,
    "values of other types": _values_changed,
    "gzip": _packed,
    "gzip cut off": _packed_and_cut,
    "gzip changed": _packed_and_changed,
    "several at once": _several,
}
