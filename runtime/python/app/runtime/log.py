"""Structured log lines: one JSON object per line, on the logger `app`.

Lines hold names, counts, times and outcomes. They never hold prompts, answers or keys.
"""

import logging
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

logger = logging.getLogger("app")


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes each line to stderr as it is."""

    def write(self, line: str) -> None:
        """Writes one line without the record that logging makes of it, which costs several times as much.

        As in logging, what becomes of a line is no concern of the request that it is about: nobody may read any more.
        """
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            self.stream.write(line + self.terminator)
            self.flush()


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Writes one line `{"time": …, "level": …, "event": …, fields…}`, the time in UTC, without fields that are None."""
    if not logger.isEnabledFor(level):
        return
    known = {name: value for name, value in fields.items() if value is not None}
    head = {"time": datetime.now(UTC), "level": logging.getLevelName(level).lower(), "event": event}
    line = msgspec.json.encode({**head, **known}).decode()
    match logger.handlers, logging.root.handlers:
        case [LineHandler() as own], []:
            own.write(line)
        case _:
            logger.log(level, "%s", line)


def configure_logging() -> None:
    """Sends the lines to stderr, unless the program has set up logging already."""
    if logger.handlers or logging.root.handlers:
        return
    handler = LineHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
