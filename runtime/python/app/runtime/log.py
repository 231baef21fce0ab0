"""Structured log lines: one JSON object per line, on the logger `app`.

Lines hold names, counts, times and outcomes. They never hold prompts, answers or keys.
"""

import logging
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
        self.acquire()
        try:
            self.stream.write(line + self.terminator)
            self.stream.flush()
        except (OSError, ValueError):
            pass
        finally:
            self.release()


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Writes one line `{"time": …, "level": …, "event": …, fields…}`, the time in UTC, without fields that are None."""
    if not logger.isEnabledFor(level):
        return
    told = {"time": datetime.now(UTC), "level": logging.getLevelName(level).lower(), "event": event}
    told |= {name: value for name, value in fields.items() if value is not None}
    line = msgspec.json.encode(told).decode()
    handlers = logger.handlers
    if len(handlers) == 1 and isinstance(own := handlers[0], LineHandler) and not logging.root.handlers:
        own.write(line)
    else:
        logger.log(level, "%s", line)


def configure_logging() -> None:
    """Sends the lines to stderr, unless the program has set up logging already."""
    if logger.handlers or logging.root.handlers:
        return
    handler = LineHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
