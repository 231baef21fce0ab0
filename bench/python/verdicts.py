"""What the exchanges of a job amount to: times, and whether every answer was right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from jobs import Job, Report, Window
from wire.answers import Answer, Received, read_catalyst, read_openai, read_responses
from work import FUNCTION, Work

WINDOW_SECONDS = 0.25

_READERS = {"catalyst": read_catalyst, "openai": read_openai, "responses": read_responses}


@dataclass(slots=True)
class Exchange:
    """One request and what came back."""

    work: Work
    sent: float
    received: Received = field(default_factory=Received)
    cut: bool = False
    """Whether the load generator left before the end."""


def report_on(job: Job, exchanges: list[Exchange], starts: dict[str, float], wall_s: float) -> Report:
    """Reads all answers; `starts` tells when the upstream began each, by number, on the same clock."""
    read = _READERS[job.wire]
    answers = [read(exchange.received) for exchange in exchanges]
    problems: dict[str, int] = {}
    different: dict[str, dict[str, Any]] = {}
    first: list[float] = []
    calls: list[float] = []
    gaps: list[float] = []
    late: list[tuple[float, float]] = []
    for exchange, answer in zip(exchanges, answers, strict=True):
        times = answer.token_times
        if exchange.received and not exchange.cut:
            shown = {"text": answer.text, "calls": answer.calls, "output": answer.output, "usage": answer.usage}
            different.setdefault(repr(shown), shown)
        problem = None if job.message else problem_of(exchange, answer)
        if problem is not None:
            problems[problem] = problems.get(problem, 0) + 1
        arrived = times[:1] or [time for time, _ in exchange.received[-1:]]
        first.extend((time - exchange.sent) * 1000 for time in arrived)
        calls.extend((time - exchange.sent) * 1000 for time in answer.call_times)
        gaps.extend((after - before) * 1000 for before, after in pairwise(times))
        start = starts.get(str(exchange.work.number))
        if start is not None:
            late.extend((time, (time - start - exchange.work.due(i)) * 1000) for i, time in enumerate(times))
    return Report(
        requests=len(exchanges),
        tokens=sum(len(answer.token_times) for answer in answers),
        wall_s=wall_s,
        first_token_ms=first,
        call_ms=calls,
        gap_ms=summary(gaps),
        late_ms=summary([milliseconds for _, milliseconds in late]),
        windows=_windows(exchanges, late) if job.stop_after_s else [],
        answers=list(different.values()),
        problems=[f"{count} of {len(exchanges)} answers: {text}" for text, count in problems.items()],
    )


def problem_of(exchange: Exchange, answer: Answer) -> str | None:
    """What is wrong with an answer; None when nothing is."""
    work = exchange.work
    if exchange.cut:
        right = answer.status in (0, 200) and work.text().startswith(answer.text)
        return None if right else f"wrong as far as it came, status {answer.status}"
    if answer.status != 200:
        return f"status {answer.status}"
    if work.kind == "error":
        right = answer.failed and not answer.complete and answer.text == work.text()
        return None if right else "does not end with an error after the text"
    if not answer.complete:
        return "ended early"
    text = answer.output if isinstance(answer.output, str) else answer.text
    if text != work.text() or (answer.text and answer.text != work.text()):
        return "the text differs from what the upstream sent"
    if answer.usage != work.usage():
        return f"the usage is {answer.usage}"
    expected = [{"name": FUNCTION["name"], "arguments": msgspec.json.decode(text)} for text in work.arguments()]
    # An answer in one piece has what the function gave in their place.
    whole = answer.calls == [] and isinstance(answer.output, dict)
    if answer.calls != expected and not whole:
        return f"{len(answer.calls)} function calls, or others than the upstream sent"
    return None


def summary(values: Sequence[float]) -> list[float]:
    """Median, 99th percentile, largest; empty for nothing."""
    ordered = sorted(values)
    if not ordered:
        return []
    return [ordered[len(ordered) // 2], ordered[math.ceil(len(ordered) * 0.99) - 1], ordered[-1]]


def _windows(exchanges: list[Exchange], late: list[tuple[float, float]]) -> list[Window]:
    """The job cut into windows; streams that have been asked for count from then on."""
    sent = sorted(exchange.sent for exchange in exchanges)
    buckets: dict[int, list[float]] = {}
    for time, milliseconds in late:
        buckets.setdefault(int((time - sent[0]) / WINDOW_SECONDS), []).append(milliseconds)
    windows: list[Window] = []
    for index, values in sorted(buckets.items()):
        end = sent[0] + (index + 1) * WINDOW_SECONDS
        windows.append(Window(sum(time <= end for time in sent), summary(values)[1]))
    return windows
