"""A workflow as a batch runs it: without a request around it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from app.runtime.context import ExecutionContext, Reply, Server


class KeptSteps(Protocol):
    """The steps of a row that are taken once although it is run several times."""

    @property
    def outside(self) -> bool:
        """Whether a step goes on that does something besides asking a model."""
        ...

    def enter(self) -> None:
        """Has the current task's steps be kept here."""
        ...


@dataclass(frozen=True, slots=True)
class BatchWorkflow:
    """A workflow by its `run`, within its own limits.

    `asks` are the providers whose models it asks. `repeats` are the steps that would be taken again when a row is run
    a second time with the answers that it has, unless the workflow `keeps` them, as durable ones do. `waits` are those
    that need the service around them: they wait for somebody outside, or put something into its queues.
    """

    name: str
    run: Callable[[ExecutionContext, Any], Awaitable[Reply]]
    input_model: type[BaseModel]
    asks: tuple[Server[Any], ...] = ()
    repeats: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    keeps: Callable[..., KeptSteps] | None = None
