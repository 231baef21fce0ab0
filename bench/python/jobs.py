"""What the load generator is asked to do, and what it reports."""

from typing import Any, Literal

import msgspec

Wire = Literal["catalyst", "openai", "responses"]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Requests to one service.

    `connections` send `requests_each` one after the other, each starting `spacing_s` after the one before. After
    `stop_after_s` (0: never) all are cut off; what they got by then has to be right as far as it goes.
    """

    url: str
    """Where to post to."""
    wire: Wire
    upstream: str
    """The scripted upstream's base URL, which knows when each answer began; empty for the simulated OpenAI."""
    stream: bool
    connections: int
    requests_each: int = 1
    spacing_s: float = 0.0
    stop_after_s: float = 0.0
    tokens: int
    per_write: int = 1
    writes_per_second: float = 0.0
    kind: str = "text"
    end_delay_ms: int = 0
    message: str = ""
    """Sent in place of the script, to the simulated OpenAI; such answers are reported and not checked."""


class Window(msgspec.Struct, frozen=True):
    """A quarter of a second of a job: how many streams were open, and how late their tokens came."""

    streams: int
    late_p99_ms: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job."""

    requests: int
    tokens: int
    wall_s: float
    first_token_ms: list[float]
    """From sending a request to its first token, by request; to the whole answer where it does not stream."""
    call_ms: list[float]
    """From sending a request to its complete function call."""
    gap_ms: list[float]
    """Between one token and the next: median, 99th percentile, longest."""
    late_ms: list[float]
    """From the time a token was due upstream to its arrival: median, 99th percentile, longest."""
    windows: list[Window]
    answers: list[dict[str, Any]]
    """The different answers, as far as they are not cut off: text, calls, output, usage."""
    problems: list[str]
    """What was wrong, in words; empty when all was right."""
