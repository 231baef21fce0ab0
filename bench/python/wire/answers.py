"""From the bytes of an answer, with the times they came at, to what the caller got."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

Received = list[tuple[float, bytes]]
"""Each read with the time it returned, in seconds of the system's monotonic clock."""


@dataclass(slots=True)
class Answer:
    """What one request got."""

    status: int = 0
    text: str = ""
    token_times: list[float] = field(default_factory=list[float])
    """When each token came."""
    calls: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    call_times: list[float] = field(default_factory=list[float])
    output: Any = None
    usage: dict[str, int] = field(default_factory=dict[str, int])
    complete: bool = False
    """Whether it came to its proper end."""
    failed: bool = False
    """Whether it ended with an error that says so."""


def read_catalyst(received: Received) -> Answer:
    """An answer of a service: its events, or its one piece of JSON."""
    answer = Answer()
    pieces: list[str] = []
    for time, name, payload in _events(received, answer):
        value: Any = msgspec.json.decode(payload)
        if name == b"token":
            pieces.append(value["text"])
            answer.token_times.append(time)
        elif name == b"function_call":
            answer.calls.append({"name": value["name"], "arguments": value["arguments"]})
            answer.call_times.append(time)
        elif name == b"done" or not name:
            answer.output = value.get("output")
            answer.usage = _counts(value.get("usage"))
            answer.complete = True
        elif name == b"error":
            answer.failed = True
    answer.text = "".join(pieces)
    return answer


def read_openai(received: Received) -> Answer:
    """An answer of the upstream itself, as the byte relay passes it on."""
    answer = Answer()
    pieces: list[str] = []
    calls: dict[int, list[str]] = {}
    for time, _, payload in _events(received, answer):
        if payload == b"[DONE]":
            answer.complete = True
            continue
        value: Any = msgspec.json.decode(payload)
        answer.failed = answer.failed or "error" in value
        answer.usage = _counts(value.get("usage")) or answer.usage
        for choice in value.get("choices") or ():
            said: dict[str, Any] = choice.get("delta") or choice.get("message") or {}
            answer.complete = answer.complete or "message" in choice
            if said.get("content"):
                pieces.append(said["content"])
                answer.token_times.append(time)
            for piece in said.get("tool_calls") or ():
                call = calls.setdefault(piece.get("index", 0), [])
                call += [piece["function"].get("name") or "", piece["function"]["arguments"]]
    return _put_together(answer, pieces, calls)


def read_responses(received: Received) -> Answer:
    """As `read_openai`, by the Responses API."""
    answer = Answer()
    pieces: list[str] = []
    calls: dict[int, list[str]] = {}
    for time, name, payload in _events(received, answer):
        value: Any = msgspec.json.decode(payload)
        match name:
            case b"response.output_text.delta":
                pieces.append(value["delta"])
                answer.token_times.append(time)
            case b"response.output_item.added" if value["item"]["type"] == "function_call":
                calls[value["output_index"]] = [value["item"]["name"]]
            case b"response.function_call_arguments.delta":
                calls[value["output_index"]].append(value["delta"])
            case b"response.completed":
                usage = value["response"]["usage"]
                answer.usage = _counts(
                    {
                        "prompt_tokens": usage["input_tokens"],
                        "completion_tokens": usage["output_tokens"],
                        "total_tokens": usage["total_tokens"],
                    }
                )
                answer.complete = True
            case _:
                pass
    return _put_together(answer, pieces, calls)


def _put_together(answer: Answer, pieces: list[str], calls: dict[int, list[str]]) -> Answer:
    """The pieces of each call begin with its name."""
    answer.text = answer.output = "".join(pieces)
    for call in calls.values():
        name = next(filter(None, call))
        answer.calls.append({"name": name, "arguments": msgspec.json.decode("".join(call)[len(name) :])})
    return answer


def _events(received: Received, answer: Answer) -> Iterator[tuple[float, bytes, bytes]]:
    """Time, name and data of each event; a JSON body is one event without a name."""
    head, reads = _body(received)
    answer.status = int(head[9:12] or b"0")
    if answer.status != 200:
        return
    chunked = b"\r\ntransfer-encoding: chunked" in head.lower()
    reads = _unchunked(reads) if chunked else reads
    if b"text/event-stream" not in head.lower():
        body = b"".join([data for _, data in reads])
        if body:
            yield received[-1][0], b"", body
        return
    rest = b""
    for time, data in reads:
        *events, rest = (rest + data).replace(b"\r\n", b"\n").split(b"\n\n")
        for event in events:
            fields = dict(line.split(b": ", 1) for line in event.split(b"\n") if not line.startswith(b":"))
            if b"data" in fields:
                yield time, fields.get(b"event", b"message"), fields[b"data"]


def _body(received: Received) -> tuple[bytes, Received]:
    """The head, and the reads without it."""
    head = b""
    for index, (time, data) in enumerate(received):
        head, found, body = (head + data).partition(b"\r\n\r\n")
        if found:
            return head, [(time, body), *received[index + 1 :]]
    return head, []


def _unchunked(reads: Iterable[tuple[float, bytes]]) -> Received:
    """The reads without the framing of the chunked body."""
    plain: Received = []
    buffer = b""
    for time, data in reads:
        buffer += data
        while True:
            size, found, rest = buffer.partition(b"\r\n")
            end = int(size or b"0", 16) + 2 if found else 0
            if not found or len(rest) < end:
                break
            plain.append((time, rest[: end - 2]))
            buffer = rest[end:]
    return plain


def _counts(usage: dict[str, Any] | None) -> dict[str, int]:
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return {name: usage[name] for name in names} if usage else {}
