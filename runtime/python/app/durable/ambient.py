"""The clock and chance as durable runs have them: the same when a run is taken up again. Expressions ask here."""

import uuid as uuids
from datetime import UTC, datetime

from app.durable.lanes import LANE
from app.runtime import ambient


def now() -> str:
    """The time in UTC as ISO 8601 has it: when the last step before this ended, or when the run began."""
    lane = LANE.get()
    if lane is None:
        return ambient.now()
    return datetime.fromtimestamp(lane.at, UTC).isoformat(timespec="microseconds")


def uuid() -> str:
    """A new UUID (version 4)."""
    lane = LANE.get()
    return ambient.uuid() if lane is None else str(uuids.UUID(bytes=lane.draw()[:16], version=4))


def random() -> float:
    """A number from 0 up to, but not including, 1; no secret may hang on it."""
    lane = LANE.get()
    return ambient.random() if lane is None else (int.from_bytes(lane.draw()[:8]) >> 11) / 2**53
