"""How many connections callers may have at the same time."""

import logging
import math
import sys
import time
from contextlib import suppress

from app.runtime.log import log_event
from app.runtime.settings import Settings

if sys.platform != "win32":
    import resource

_SECONDS_BETWEEN_LINES = 10.0


def open_files() -> float:
    """How many files the process may have open, of which a connection is one. Lets it have all that the system grants
    it: 1,024 is a usual limit of old.
    """
    if sys.platform == "win32":
        return math.inf
    granted, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        granted = most
    return math.inf if granted == resource.RLIM_INFINITY else granted


class Callers:
    """How many may be there: as many as the settings say, but so that files are left for the calls that they cause."""

    def __init__(self, settings: Settings, files: float) -> None:
        for_calls = min(files / 4, settings.max_connections + 100)
        self.most = min(settings.max_callers, math.floor(files - for_calls) if files < math.inf else math.inf)
        self._refused = 0
        self._told = -math.inf

    def refuse(self) -> None:
        """Counts one who was one too many, and tells the operator from time to time."""
        self._refused += 1
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_LINES:
            log_event("callers_refused", level=logging.WARNING, count=self._refused, most=self.most)
            self._refused, self._told = 0, now
