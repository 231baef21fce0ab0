"""Structured log lines: one JSON object per line, on the logger `app`.

Lines hold names, counts, times and outcomes. They never hold prompts, answers or keys.
"""

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

logger = logging.getLogger("app")


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Writes one line `{"time": …, "level": …, "event": …, fields…}`, the time in UTC, without fields that are None."""
    if not logger.isEnabledFor(level):
        return
    known = {name: value for name, value in fields.items() if value is not None}
    head = {"time": datetime.now(UTC), "level": logging.getLevelName(level).lower(), "event": event}
    logger.log(level, "%s", msgspec.json.encode({**head, **known}).decode())


def configure_logging() -> None:
    """Sends the lines to stderr, unless the program has set up logging already."""
    if logger.handlers or logging.root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
