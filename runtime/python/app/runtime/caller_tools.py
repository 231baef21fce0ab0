"""Functions that the caller of a run has and its model may call; the caller runs them, and asks again with the results.

Such a run ends where the model calls one of them: it is the caller's turn then.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError

JsonObject = dict[str, Any]
Answer = TypeVar("Answer", bound=Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class CallerTools:
    """What a caller offers, by the names of Chat Completions; `choice` says what the model has to do about it."""

    tools: list[JsonObject]
    choice: Any = None

    @property
    def names(self) -> frozenset[str]:
        """The names of the functions."""
        return frozenset(tool["function"]["name"] for tool in self.tools)


OFFERED: ContextVar[CallerTools | None] = ContextVar("caller_tools", default=None)
"""What the caller of the current run offers."""


class CallsForCaller(ServiceError, code="calls_for_caller", title="The caller's turn", status=409):
    """The model calls functions that only the caller of the run has."""

    hint = "Run the functions and send their results with the conversation."

    def __init__(self, content: str | None, calls: list[JsonObject], *, node: str | None) -> None:
        super().__init__("The model calls functions of the caller.", node=node)
        self.content = content
        self.calls = calls
        """Each with `id`, `name` and `arguments`."""


async def with_caller_tools(
    ask: Callable[..., Awaitable[Answer]], ctx: ExecutionContext, config: Any, *, node: str, **options: Any
) -> Answer:
    """What `ask(ctx, config, …)` gives, whose model may also call what the caller of the run offers.

    Raises:
        CallsForCaller: it does.
        ServiceError: as `ask`.
    """
    offered = OFFERED.get()
    if offered is None:
        return await ask(ctx, config, node=node, **options)
    widened = {**config, "tools": [*config.get("tools", []), *offered.tools]}
    if offered.choice is not None:
        widened["tool_choice"] = offered.choice
    answer = await ask(ctx, widened, node=node, **options)
    names = offered.names
    calls = cast("list[JsonObject]", [call for call in answer["tool_calls"] if call["name"] in names])
    if calls:
        raise CallsForCaller(answer["content"], calls, node=node)
    return answer
