"""How long a model call may take, phase by phase: as its config says, else as the service's settings do."""

from typing import NamedTuple

from app.nodes.llm.openai_types import Timeouts
from app.runtime.settings import Settings


class CallTimeouts(NamedTuple):
    """Seconds."""

    connect: float
    first_byte: float
    idle: float
    total: float


def timeouts_of(timeout: float | Timeouts | None, settings: Settings) -> CallTimeouts:
    """The limits of a call; a single number is the total."""
    named: Timeouts = timeout if isinstance(timeout, dict) else {} if timeout is None else {"total": timeout}
    return CallTimeouts(
        named.get("connect", settings.connect_timeout_seconds),
        named.get("first_byte", settings.first_byte_timeout_seconds),
        named.get("idle", settings.idle_timeout_seconds),
        named.get("total", settings.total_timeout_seconds),
    )
