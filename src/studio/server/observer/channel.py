"""The way of events out of the process: a bounded queue that a thread writes, so that a slow reader blocks nobody."""

import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

FULL_CHARACTERS = 8_000_000
"""With so much waiting, further events go without their values, and with twice as much they do not go at all."""
MOST_EVENTS = 50_000
ALWAYS_SENT = ("run_started", "run_ended")


def now() -> float:
    """Milliseconds since the epoch."""
    return time.time() * 1000


class Channel:
    """Sends events to a file descriptor. `on_closed` is called, in any thread, when nobody reads it any more."""

    def __init__(self, descriptor: int, on_closed: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._on_closed = on_closed
        self._waiting: deque[bytes] = deque()
        self._characters = 0
        self._lost: dict[str, list[int]] = {}
        """How many values and events of a run were dropped and not yet spoken of."""
        self._changed = threading.Condition()
        self._idle = True
        self.is_open = True
        threading.Thread(target=self._write_all, name="studio-events", daemon=True).start()

    @property
    def takes_values(self) -> bool:
        """Whether the reader keeps up, so that it is worth making the text of a value."""
        return self.is_open and self._characters < FULL_CHARACTERS

    def send(
        self,
        kind: str,
        run: str,
        *,
        value: str | None = None,
        value_name: str = "value",
        wanted_value: bool = False,
        **fields: Any,
    ) -> None:
        """Queues an event. `value` is JSON text; `wanted_value` says that there was one, whether or not it is given."""
        if not self.is_open:
            return
        event = {
            "kind": kind,
            "run": run,
            "at": now(),
            **{name: each for name, each in fields.items() if each is not None},
        }
        line = json.dumps(event)
        with self._changed:
            if value is not None and self._characters + len(value) < FULL_CHARACTERS:
                line = f'{line[:-1]}, "{value_name}": {value}}}'
            elif value is not None or wanted_value:
                self._count(run, 0)
            is_full = self._characters >= 2 * FULL_CHARACTERS or len(self._waiting) >= MOST_EVENTS
            if is_full and kind not in ALWAYS_SENT:
                self._count(run, 1)
                return
            self._push(line)
            if kind == "run_ended" and (lost := self._lost.pop(run, None)) is not None:
                self._push(
                    json.dumps({"kind": "dropped", "run": run, "at": now(), "values": lost[0], "events": lost[1]})
                )
            self._changed.notify()

    def flush(self, seconds: float) -> None:
        """Waits until all has been written, but no longer than that."""
        if not self.is_open:
            return
        end = time.monotonic() + seconds
        with self._changed:
            while self.is_open and (self._waiting or not self._idle) and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)

    def abandon(self) -> None:
        """In a process that was forked off: there is no thread that writes, and a lock may be held for ever."""
        self.is_open = False

    def close(self) -> None:
        """Sends nothing more."""
        with self._changed:
            self.is_open = False
            self._waiting.clear()
            self._lost.clear()
            self._changed.notify_all()

    def _push(self, line: str) -> None:
        self._waiting.append(f"{line}\n".encode())
        self._characters += len(line)

    def _count(self, run: str, what: int) -> None:
        self._lost.setdefault(run, [0, 0])[what] += 1

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._idle = True
                self._changed.notify_all()
                while self.is_open and not self._waiting:
                    self._changed.wait()
                if not self.is_open:
                    return
                line = self._waiting.popleft()
                self._characters -= len(line) - 1
                self._idle = False
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                self.close()
                self._on_closed()
                return
