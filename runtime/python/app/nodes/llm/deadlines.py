"""Deadlines for one model call: connecting, first content, silence between contents, and the whole.

One timer per call. A new deadline usually only moves a number; the timer is armed again when it goes off too early.
That makes a token cost a clock reading, where `asyncio.timeout()` would cost a timer.
"""

import asyncio
from types import TracebackType
from typing import Literal, Self

Phase = Literal["connect", "first_byte", "idle", "tail", "total"]


class DeadlineExceeded(Exception):
    """A phase took longer than allowed."""

    def __init__(self, phase: Phase, seconds: float) -> None:
        super().__init__(phase)
        self.phase: Phase = phase
        self.seconds = seconds


class Deadlines:
    """Limits the waits inside `with deadlines:`, by cancelling the waiting task as `asyncio.timeout()` does.

    Time outside the block counts for the total only, so that a slow reader of ours is not taken for a silent upstream.
    """

    __slots__ = (
        "_armed_for",
        "_cancelling",
        "_expired",
        "_loop",
        "_phase",
        "_phase_end",
        "_seconds",
        "_task",
        "_timer",
        "_total",
        "_total_end",
    )

    def __init__(self, total: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._total = total
        self._total_end = self._loop.time() + total
        self._phase: Phase = "total"
        self._seconds = total
        self._phase_end: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = 0.0
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._expired: DeadlineExceeded | None = None

    def remaining(self) -> float:
        """Seconds until the total deadline; negative when it has passed."""
        return self._total_end - self._loop.time()

    def begin(self, phase: Phase, seconds: float) -> None:
        """Starts a phase that may last for `seconds` from the next wait on."""
        self._phase = phase
        self._seconds = seconds
        self._phase_end = None

    def restart(self) -> None:
        """Content arrived: the phase's time starts anew with the next wait."""
        self._phase_end = None

    def close(self) -> None:
        """Gives the timer back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if self._phase_end is None:
            self._phase_end = self._loop.time() + self._seconds
            end = min(self._phase_end, self._total_end)
            if self._timer is None or end < self._armed_for:
                self._arm(end)
        elif self._timer is None:
            self._arm(min(self._phase_end, self._total_end))
        self._task = task
        self._cancelling = 0 if task is None else task.cancelling()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        expired, self._expired = self._expired, None
        # As in asyncio.Timeout: if somebody else cancelled the task too, theirs is the cancellation that counts.
        if expired is None or task is None or task.uncancel() > self._cancelling:
            return
        if kind is asyncio.CancelledError or (kind is not None and isinstance(error, Exception)):
            raise expired from error

    def _arm(self, when: float) -> None:
        self.close()
        self._armed_for = when
        self._timer = self._loop.call_at(when, self._check)

    def _check(self) -> None:
        self._timer = None
        if self._task is None or self._phase_end is None:
            return  # nobody waits; the next wait arms the timer
        end = min(self._phase_end, self._total_end)
        if self._loop.time() < end:
            self._arm(end)
        elif self._phase_end <= self._total_end:
            self._expire(self._phase, self._seconds)
        else:
            self._expire("total", self._total)

    def _expire(self, phase: Phase, seconds: float) -> None:
        self._expired = DeadlineExceeded(phase, seconds)
        if self._task is not None:
            self._task.cancel()
