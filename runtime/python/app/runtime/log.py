"""Structured log lines: one JSON object per line, on the logger `app`.

Lines hold names, counts, times and outcomes. They never hold prompts, answers or keys.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

logger = logging.getLogger("app")
observers: list[Callable[[str, Mapping[str, Any]], None]] = []
"""What else is told of every event, those below the log's level too."""


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes each line to stderr as it is."""

    def write(self, line: str) -> None:
        """Writes one line without the record that logging makes of it, which costs several times as much.

        As in logging, what becomes of a line is no concern of the request that it is about: nobody may read any more.
        """
        self.acquire()
        try:
            self.stream.write(line + self.terminator)
            self.stream.flush()
        except (OSError, ValueError):
            pass
        finally:
            self.release()


class Lines:
    """Lines of one thing that are written at once, as each write is a call of the operating system."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []

    def add(self, event: str, *, level: int = logging.INFO, **fields: Any) -> None:
        """As `log_event`, with what is added before and after."""
        line = _line(event, level, fields)
        if line is not None:
            self._lines.append((level, line))

    def write(self) -> None:
        """Writes those that are not written yet."""
        lines, self._lines = self._lines, []
        handlers = logger.handlers
        if len(handlers) != 1 or not isinstance(own := handlers[0], LineHandler) or logging.root.handlers:
            for level, line in lines:
                logger.log(level, "%s", line)
        elif lines:
            own.write("\n".join([line for _, line in lines]))


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Writes one line `{"time": …, "level": …, "event": …, fields…}`, the time in UTC, without fields that are None."""
    line = _line(event, level, fields)
    if line is None:
        return
    handlers = logger.handlers
    if len(handlers) == 1 and isinstance(own := handlers[0], LineHandler) and not logging.root.handlers:
        own.write(line)
    else:
        logger.log(level, "%s", line)


def _line(event: str, level: int, fields: Mapping[str, Any]) -> str | None:
    """Tells who observes, and gives the line; None where the log's level leaves it out."""
    for observe in observers:
        observe(event, fields)
    if not logger.isEnabledFor(level):
        return None
    told = {"time": datetime.now(UTC), "level": logging.getLevelName(level).lower(), "event": event}
    told |= {name: value for name, value in fields.items() if value is not None}
    return msgspec.json.encode(told).decode()


def configure_logging() -> None:
    """Sends the lines to stderr, unless the program has set up logging already."""
    if logger.handlers or logging.root.handlers:
        return
    handler = LineHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
