"""Where in a durable run something happens.

A step has a name that is the same however often the run is taken up: the steps around it, its node, and which time it
is there. Rounds of a loop, arms of a fork and tools of a model run at the same time and in any order; each has a lane
of its own, so that names, times and chance do not hang on who was first.
"""

import hashlib
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.durable.journal import Journal


class Lane:
    """A part of a run whose steps follow one another."""

    __slots__ = ("_counts", "_drawn", "_draws", "at", "journal", "latest", "path")

    def __init__(self, journal: "Journal", path: str, at: float, *, draws: str | None = None) -> None:
        self.journal = journal
        self.path = path
        self.at = at
        """The time of what has last happened in it, in seconds since 1970."""
        self.latest = ""
        """The name of the step that has last begun in it."""
        self._counts: dict[str, int] = {}
        self._draws = path if draws is None else draws
        self._drawn = 0

    def name(self, key: str) -> str:
        """The name of the next step with this key."""
        name = self.next_name(key)
        self._counts[key] = self._counts.get(key, 0) + 1
        self.latest = name
        return name

    def next_name(self, key: str) -> str:
        """The name that the next step with this key will have."""
        count = self._counts.get(key, 0) + 1
        return f"{self.path}{key}" if count == 1 else f"{self.path}{key}#{count}"

    def within(self, path: str) -> "Lane":
        """A lane for what happens as a part of a step."""
        return Lane(self.journal, f"{path}/", self.at)

    def arm(self, number: int) -> "Lane":
        """A lane for one arm of a fork, whose steps are no other arm's."""
        arm = Lane(self.journal, self.path, self.at, draws=f"{self._draws}|{self._drawn}.{number}")
        arm._counts = self._counts
        return arm

    def draw(self) -> bytes:
        """32 bytes of chance, the same when the run is taken up again."""
        self._drawn += 1
        told = f"{self.journal.seed}:{self._draws}:{self._drawn}"
        return hashlib.sha256(told.encode()).digest()


LANE: ContextVar[Lane | None] = ContextVar("lane", default=None)
"""Where the current task is; None outside of durable runs."""
