"""The standard's reading of a stream of named events, for tests of the Responses API."""

import json
from typing import Any


def named_events(stream: bytes) -> list[tuple[str | None, Any]]:
    """The events as (name, decoded data); [DONE] and empty data are left out.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing
    """
    text = stream.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    found: list[tuple[str | None, Any]] = []
    name: str | None = None
    data: list[str] = []
    for line in text.split("\n"):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif not line:
            joined = "\n".join(data)
            if joined not in ("", "[DONE]"):
                found.append((name, json.loads(joined)))
            name, data = None, []
    return found
