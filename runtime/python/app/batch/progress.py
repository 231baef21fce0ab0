"""What is told of a batch while it goes on: a bar in a terminal, lines elsewhere, JSON for machines."""

import json
import shutil
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, TextIO

from app.batch.totals import Totals

Style = Literal["bar", "lines", "json"]

_SECONDS = {"bar": 0.2, "lines": 10.0, "json": 1.0}
_RATE_SECONDS = 30.0
_BAR_CELLS = 20


def money(usd: float | None) -> str:
    """An amount for people."""
    return "cost unknown" if usd is None else f"${usd:.4f}" if usd < 1 else f"${usd:,.2f}"


def duration(seconds: float) -> str:
    """A span of time for people."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole % 60} s"


@dataclass(slots=True)
class Progress:
    """Tells how far a batch of `rows` is. People hear it on `stream`, machines with the style `json` in lines there."""

    style: Style
    stream: TextIO
    rows: int
    _next: float = 0.0
    _shown: bool = False
    _marks: deque[tuple[float, int]] = field(default_factory=deque[tuple[float, int]])

    def tell(self, totals: Totals, *, limit: int, note: str = "") -> None:
        """How it stands, unless that has just been said."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _SECONDS[self.style]
        self._marks.append((now, totals.rows))
        while len(self._marks) > 2 and self._marks[0][0] < now - _RATE_SECONDS:
            self._marks.popleft()
        seconds, rows = now - self._marks[0][0], totals.rows - self._marks[0][1]
        rate = rows / seconds if seconds > 0 else 0.0
        left = (self.rows - totals.rows) / rate if rate > 0 else None
        if self.style == "json":
            told = {"rows": self.rows, "done": totals.rows, "failed": sum(totals.failed.values())}
            told |= {"cost_usd": totals.cost_usd, "rows_per_second": round(rate, 2), "at_once": limit}
            self.event("progress", **told, seconds_left=None if left is None else round(left), note=note or None)
        else:
            self._show(totals, rate, left, note)

    def note(self, text: str) -> None:
        """Says something that stays."""
        if self.style == "json":
            self.event("note", text=text)
        else:
            self.clear()
            self.stream.write(f"{text}\n")
            self.stream.flush()

    def event(self, name: str, **told: Any) -> None:
        """Tells machines of something."""
        self.stream.write(json.dumps({"event": name, **told}) + "\n")
        self.stream.flush()

    def clear(self) -> None:
        """Takes the bar away."""
        if self._shown:
            self.stream.write("\r\x1b[2K")
            self._shown = False

    def _show(self, totals: Totals, rate: float, left: float | None, note: str) -> None:
        failed = sum(totals.failed.values())
        parts = [f"{totals.rows:,}/{self.rows:,} rows", f"{rate:,.1f}/s" if rate else "", money(totals.cost_usd)]
        parts += [f"{failed:,} failed" if failed else "", f"{duration(left)} left" if left is not None else "", note]
        text = "  ".join(filter(None, parts))
        if self.style == "bar":
            filled = _BAR_CELLS * totals.rows // max(self.rows, 1)
            line = f"[{'=' * filled}{' ' * (_BAR_CELLS - filled)}] {text}"
            self.stream.write(f"\r\x1b[2K{line[: shutil.get_terminal_size().columns - 1]}")
            self._shown = True
        else:
            self.stream.write(f"{text}\n")
        self.stream.flush()
