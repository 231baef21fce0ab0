"""Deadlines for one model call: first content, silence between contents, and the whole.

One timer per call. A new deadline usually only moves a number; the timer is armed again when it goes off too early.
That makes a token cost a clock reading, where `asyncio.timeout()` would cost a timer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["first_byte", "idle", "tail", "total"]


@dataclass(frozen=True, slots=True)
class PassedDeadline:
    """A phase that took longer than allowed."""

    phase: Phase
    seconds: float


class Deadlines:
    """Knows until when a call may wait, and calls `on_late` when a wait takes longer.

    Only waits count, apart from the total, so that a slow reader of ours is not taken for a silent upstream.
    """

    __slots__ = (
        "_began",
        "_loop",
        "_seconds",
        "_timer",
        "_total",
        "_total_end",
        "_waiting",
        "on_late",
        "phase",
    )

    def __init__(self, total: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._total = total
        self._total_end = self._loop.time() + total
        self.phase: Phase = "total"
        """What is being waited for."""
        self._seconds = total
        self._began: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = False
        self.on_late: Callable[[PassedDeadline], object] | None = None

    def remaining(self) -> float:
        """Seconds until the total deadline; negative when it has passed."""
        return self._total_end - self._loop.time()

    def begin(self, phase: Phase, seconds: float) -> None:
        """Starts a phase that may last for `seconds`, from now in a wait, else from the next wait on."""
        self.phase = phase
        self._seconds = seconds
        self._began = None
        self.close()
        if self._waiting:
            self.wait_begins()

    def restart(self) -> None:
        """Content arrived: the phase's time starts anew, now in a wait, else with the next one."""
        self._began = self._loop.time() if self._waiting else None

    def end(self) -> float:
        """When the phase or the call ends, by the loop's clock; starts the phase's time if nothing has."""
        if self._began is None:
            self._began = self._loop.time()
        return min(self._began + self._seconds, self._total_end)

    def wait_begins(self) -> None:
        """From here on the time counts, until `wait_ends()`."""
        end = self.end()
        if self._timer is None:
            self._timer = self._loop.call_at(end, self._check)
        self._waiting = True

    def wait_ends(self) -> None:
        """The wait is over, in time or not."""
        self._waiting = False

    def passed(self) -> PassedDeadline:
        """The current deadline, which has passed."""
        if self.end() < self._total_end:
            return PassedDeadline(self.phase, self._seconds)
        return PassedDeadline("total", self._total)

    def close(self) -> None:
        """Gives the timer back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check(self) -> None:
        self._timer = None
        if not self._waiting:
            return  # the next wait arms the timer
        end = self.end()
        if self._loop.time() < end:
            self._timer = self._loop.call_at(end, self._check)
            return
        if self.on_late is not None:
            self.on_late(self.passed())
