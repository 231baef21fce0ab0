"""The clock and chance, which are another each time. Expressions ask here, so that tests can fix what they get."""

import random as chance
import uuid as uuids
from datetime import UTC, datetime


def now() -> str:
    """The time in UTC as ISO 8601 has it, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def uuid() -> str:
    """A new random UUID (version 4)."""
    return str(uuids.uuid4())


def random() -> float:
    """A random number from 0 up to, but not including, 1; no secret may hang on it."""
    return chance.random()
