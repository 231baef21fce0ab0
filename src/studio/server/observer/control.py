"""What runs are told before they begin, and whether to watch at all; lines of JSON on a file descriptor."""

import json
import os
import select
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

MOST_RUNS = 1_000
"""So many may have been told something and not have begun."""


@dataclass(slots=True)
class Orders:
    """What a run is to do."""

    stand_ins: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """What functions and called workflows give instead of being called, by the paths of their nodes."""
    stop_after: str | None = None


class Control:
    """Reads a descriptor in a thread, and in `take()` what has come by then, so that what was written before a request
    was sent holds for it. `on_closed` is called in that thread at the end of it, `on_trace` when watching is switched,
    `on_told` when something was said of a run, `on_stop` when one is to end.
    """

    def __init__(
        self,
        descriptor: int,
        *,
        on_trace: Callable[[bool], None],
        on_told: Callable[[str], None],
        on_stop: Callable[[str], None],
        on_closed: Callable[[], None],
    ) -> None:
        self._descriptor = descriptor
        self._on_trace = on_trace
        self._on_told = on_told
        self._on_stop = on_stop
        self._on_closed = on_closed
        self._orders: dict[str, Orders] = {}
        self._rest = b""
        self._lock = threading.RLock()
        self._is_open = True
        threading.Thread(target=self._read_all, name="studio-control", daemon=True).start()

    def take(self, run: str) -> Orders:
        """What the run is to do; it is forgotten here."""
        with self._lock:
            while self._is_open and self._has_come():
                self._accept(self._receive())
            return self._orders.pop(run, None) or Orders()

    def _read_all(self) -> None:
        while self._is_open:
            if sys.platform == "win32":
                received = self._receive()
                with self._lock:
                    self._accept(received)
                continue
            select.select([self._descriptor], [], [])
            with self._lock:
                # A run that begins may have read it meanwhile.
                if self._has_come():
                    self._accept(self._receive())

    def _has_come(self) -> bool:
        """Whether reading would not wait; pipes of Windows cannot be asked that."""
        return sys.platform != "win32" and bool(select.select([self._descriptor], [], [], 0)[0])

    def _receive(self) -> bytes:
        try:
            return os.read(self._descriptor, 65_536)
        except OSError:
            return b""

    def _accept(self, received: bytes) -> None:
        if not received:
            if self._is_open:
                self._is_open = False
                self._on_closed()
            return
        *lines, self._rest = (self._rest + received).split(b"\n")
        for line in lines:
            try:
                order: Any = json.loads(line)
            except ValueError:
                continue
            if isinstance(order, dict):
                self._obey(cast("dict[str, Any]", order))

    def _obey(self, order: dict[str, Any]) -> None:
        if isinstance(trace := order.get("trace"), bool):
            self._on_trace(trace)
        run = order.get("run")
        if not isinstance(run, str):
            return
        if order.get("stop") is True:
            self._on_stop(run)
            return
        known = self._orders.setdefault(run, Orders())
        if isinstance(stand_ins := order.get("stand_ins"), dict):
            known.stand_ins.update(_results(cast("dict[str, Any]", stand_ins)))
        if isinstance(stop_after := order.get("stop_after"), str):
            known.stop_after = stop_after
        while len(self._orders) > MOST_RUNS:
            del self._orders[next(iter(self._orders))]
        self._on_told(run)


def _results(stand_ins: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Those of a form that is known."""
    found: dict[str, list[dict[str, Any]]] = {}
    for node, given in stand_ins.items():
        if not isinstance(given, list):
            continue
        results = [
            cast("dict[str, Any]", each)
            for each in cast("list[Any]", given)
            if isinstance(each, dict) and ("result" in each or "error" in each)
        ]
        if results:
            found[node] = results
    return found
