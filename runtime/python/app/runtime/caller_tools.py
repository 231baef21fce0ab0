"""Functions that the caller of a run has and its model may call; the caller runs them, and asks again with the results.

Such a run ends where the model calls one of them: it is the caller's turn then.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from app.runtime.errors import ServiceError

JsonObject = dict[str, Any]
Config = TypeVar("Config", bound=Mapping[str, Any])
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
    is_described = False  # Who asks a workflow otherwise than as a model never gets it.

    def __init__(self, detail: str, *, content: str | None = None, calls: Sequence[JsonObject] = ()) -> None:
        super().__init__(detail)
        self.content = content
        self.calls = list(calls)
        """Each with `id`, `name` and `arguments`."""


def with_caller_tools(config: Config) -> Config:
    """A request in which the model is offered what the caller of the run has, if he has something."""
    offered = OFFERED.get()
    if offered is None:
        return config
    widened: Any = {**config, "tools": [*cast("JsonObject", config).get("tools", []), *offered.tools]}
    if offered.choice is not None:
        widened["tool_choice"] = offered.choice
    return widened


def without_caller_calls(answer: Answer) -> Answer:
    """The answer of such a request, when the workflow can go on with it.

    Raises:
        CallsForCaller: the model calls functions of the caller.
    """
    offered = OFFERED.get()
    names = frozenset[str]() if offered is None else offered.names
    calls: list[JsonObject] = [call for call in answer["tool_calls"] if call["name"] in names]
    if calls:
        detail = "The model calls functions of the caller."
        raise CallsForCaller(detail, content=answer["content"], calls=calls)
    return answer
