"""What can be set on the simulated providers, also while they run."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: its name in `app.FAULTS` and what it can be told.

    `after` is the number of content chunks or deltas that leave before the fault, `seconds` a wait, `retry_after` what
    a Retry-After header says in seconds, `size` a number of bytes or of chunks, `location` where a redirect leads.
    """

    name: str
    after: int = 2
    seconds: float = 3600.0
    retry_after: float = 1.0
    size: int | None = None
    location: str = "https://redirected.invalid/v1/chat/completions"

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Reads `name` or `name; after=3; retry_after=2`, as the command line and the fault header have it.

        Raises ValueError for an option that does not exist or has no number.
        """
        name, *options = (part.strip() for part in text.split(";"))
        readers: dict[str, Callable[[str], Any]] = {
            "after": int,
            "seconds": float,
            "retry_after": float,
            "size": int,
            "location": str,
        }
        values: dict[str, Any] = {}
        for option in filter(None, options):
            key, _, value = option.partition("=")
            if key not in readers:
                raise ValueError(f"A fault has no option `{key}`. There are {', '.join(readers)}.")
            values[key] = readers[key](value)
        return cls(name, **values)


@dataclass(frozen=True, slots=True)
class Wire:
    """An answer as it goes over the wire; one that is not complete ends with its connection."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_complete: bool = True


REFUSED_REQUEST = Wire(400, {}, b'{"error": {"message": "No.", "type": "invalid_request_error"}}')
"""What servers of every API say to a request that they do not take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer told in advance, in place of the one drawn from the prompt.

    `calls` are pairs of a function's name and its arguments: a JSON object, text that is sent as it is, or None for
    arguments that are drawn from the prompt and fit the function's parameters.

    With a `finish_reason` the answer is as long as it is, whatever limit or stop sequence a request has. `wire` is sent
    in place of all the rest.

    `when` is for requests whose order is not certain: the answer waits for the first request in which that text stands,
    in a message or as the name of the model or a function.
    """

    content: str | None = None
    calls: tuple[tuple[str, Mapping[str, Any] | str | None], ...] = ()
    refusal: str | None = None
    finish_reason: str | None = None
    wire: Wire | None = None
    when: str | None = None


@dataclass(slots=True)
class Settings:
    """How the simulated providers behave. Every field can be changed between two requests.

    Speed: `first_token_ms` until the first content, then `tokens_per_second`; 0 is at once. `tokens_per_chunk` tokens
    make one chunk, `chunks_per_write` chunks leave in one write. A request may ask for another speed itself with the
    header `pace_header`, as in "first_token_ms=20; tokens_per_second=200".

    Faults: `faults` meets the next requests, one entry each (None: no fault), `fault` every request after these. A
    request may ask for one itself with the header `fault_header`. An entry is a `Fault` or its text, as in
    "rate_limited_seconds; retry_after=2". Never chosen by the text of a prompt.

    Answers: `answers` serves the next requests, one entry each, before answers are drawn from the prompt again. A
    request takes the first entry that is for it; see `Answer.when`.

    Models: retired ones are refused as OpenAI does unless `accept_retired_models`, and unknown ones unless
    `accept_unknown_models`; `context_window` replaces the models' own, in tokens. Long prompts that come again count
    as cached with `cache_prompts`.

    Batches: one ends `batch_seconds` after it was begun, and as `batch_ends` says ("completed", "expired", "cancelled",
    "failed"); where it does not complete, half of its requests are answered. Faults meet its requests one by one.
    """

    first_token_ms: float = 0
    tokens_per_second: float = 0
    tokens_per_chunk: int = 1
    chunks_per_write: int = 1
    fault: Fault | str | None = None
    faults: list[Fault | str | None] = field(default_factory=list[Fault | str | None])
    fault_header: str = "x-simulated-fault"
    pace_header: str = "x-simulated-pace"
    answers: list[Answer] = field(default_factory=list[Answer])
    accept_retired_models: bool = False
    accept_unknown_models: bool = False
    context_window: int | None = None
    cache_prompts: bool = True
    batch_seconds: float = 0
    batch_ends: str = "completed"

    def at_pace(self, text: str) -> "Settings":
        """These settings at the speed that a pace header asks for.

        Raises ValueError for what is no speed.
        """
        pace: dict[str, float] = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            name, _, value = part.partition("=")
            if name not in ("first_token_ms", "tokens_per_second"):
                raise ValueError(f"A pace has no option `{name}`. There are first_token_ms, tokens_per_second.")
            pace[name] = float(value)
            if not 0 <= pace[name] < math.inf:
                raise ValueError(f"{name} of a pace has to be a number from 0 on.")
        return replace(self, **pace) if pace else self

    def reset(self) -> None:
        """Takes every field back to its default."""
        fresh = Settings()
        for each in fields(self):
            setattr(self, each.name, getattr(fresh, each.name))
