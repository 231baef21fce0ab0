"""What a service may have beside durable runs themselves: waits, schedules, queues."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from app.durable.engine import Engine


class Part:
    """Something that comes up and goes down with the engine."""

    routers: Sequence[APIRouter] = ()

    def register(self, engine: "Engine") -> None:
        """Tells DBOS what it has to know before it begins."""

    async def start(self) -> None:
        """The engine is up."""

    async def stop(self) -> None:
        """The engine goes down."""
