"""Lines that a workflow writes to the log of its service."""

import logging
from typing import Any, Literal

from app.runtime.context import ExecutionContext
from app.runtime.log import log_event

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def write_line(
    ctx: ExecutionContext,
    node: str,
    message: str,
    *,
    level: Literal["debug", "info", "warning", "error"] = "info",
    fields: dict[str, Any] | None = None,
) -> None:
    """Writes a line with the event `log`, the id of the run, the node, the message and the fields."""
    log_event(
        "log",
        level=_LEVELS[level],
        execution_id=ctx.execution_id,
        node=node,
        message=message,
        fields=fields,
    )
