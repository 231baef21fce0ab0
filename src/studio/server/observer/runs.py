"""What goes on in an observed run: its workflows, their nodes, and which of them the code that runs now belongs to."""

import asyncio
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from .channel import Channel
from .control import Orders
from .failures import Failures, chain_of
from .steps import Loop, Step, WorkflowModule
from .values import Encode, Secrets, json_text

Outcome = Literal["done", "failed", "cancelled"]
Activity = tuple[str, int | None]
"""A node that goes on; of a tool also for which time."""
LONGEST_LINE = 10_000
"""So much of a line is not waited for."""
MOST_PRINTED = 100_000
"""So many characters are told of what is printed at once."""


@dataclass(slots=True)
class Shared:
    """What all runs have in common."""

    channel: Channel
    encode: Encode
    secrets: Secrets
    failures: Failures
    limits: list[str] = field(default_factory=list[str])
    """What cannot be seen of this service, in words for a person."""


@dataclass(slots=True, eq=False)
class Run:
    """A request that is observed, and what has been said of it."""

    id: str
    shared: Shared
    orders: Orders
    task: asyncio.Task[Any] | None
    started: bool = False
    is_stopped: bool = False
    """It is over after the node that it was to go to."""
    ending: Outcome = "done"
    stood_in: dict[str, int] = field(default_factory=dict[str, int])
    """How often something stood in for a node."""
    failed_nodes: list[tuple[str, BaseException]] = field(default_factory=list[tuple[str, BaseException]])
    unmapped: set[str] = field(default_factory=set[str])
    printed: dict[str | None, str] = field(default_factory=dict[str | None, str])
    """What each node has printed of a line that is not complete."""
    invocations: "list[Invocation]" = field(default_factory=list["Invocation"])
    """Those that are not over."""

    def send(self, kind: str, **fields: Any) -> None:
        """Tells the listener."""
        self.shared.channel.send(kind, self.id, **fields)

    def send_value(self, kind: str, value: Any, **fields: Any) -> None:
        """Tells the listener something with a value."""
        if not self.shared.channel.takes_values:
            self.send(kind, wanted_value=True, **fields)
            return
        text, is_cut = json_text(value, self.shared.encode, self.shared.secrets)
        self.send(kind, value=text, truncated=is_cut or None, **fields)

    def start(self, workflow: str, inputs: Any) -> None:
        """The first workflow of the run begins."""
        if not self.started:
            self.started = True
            text, is_cut = json_text(inputs, self.shared.encode, self.shared.secrets)
            self.shared.channel.send(
                "run_started", self.id, value=text, value_name="input", workflow=workflow, truncated=is_cut or None
            )
            for what in self.shared.limits:
                self.send("limited", what=what)

    def fail(self, error: BaseException) -> None:
        """What was run has raised."""
        self.ending = "failed"
        chain = chain_of(error)
        nodes = [node for node, raised in self.failed_nodes if any(raised is each for each in chain)]
        node = max(nodes, key=lambda path: path.count("/"), default=None)
        described = self.shared.failures.describe(error, chain, self.shared.secrets)
        self.send("failed", node=node or self.shared.failures.node_of(chain), error=described)

    def end(self) -> None:
        """The request is over."""
        for invocation in list(self.invocations):
            invocation.close()
        for node in list(self.printed):
            self._flush_printed(node)
        self.send("run_ended", outcome="cancelled" if self.is_stopped else self.ending)

    def node_ended(self, path: str) -> None:
        """Stops the run if it was to go no further."""
        if path == self.orders.stop_after and not self.is_stopped:
            self.is_stopped = True
            if self.task is not None:
                self.task.cancel()

    def print(self, text: str, node: str | None) -> None:
        """Tells of lines that code of the project prints, when they are complete."""
        before = self.printed.get(node, "")
        self.printed[node] = before + text
        if "\n" in text or len(before) > LONGEST_LINE:
            self._flush_printed(node)

    def _flush_printed(self, node: str | None) -> None:
        text = self.printed.pop(node, "")
        if text:
            is_cut = len(text) > MOST_PRINTED
            shown = self.shared.secrets.mask(text[:MOST_PRINTED])
            self.send("printed", node=node, stream="stdout", text=shown, truncated=is_cut or None)


@dataclass(slots=True, eq=False)
class Invocation:
    """A workflow in a run: the one that was asked for, or one that a node calls, whose path `prefix` is."""

    run: Run
    module: WorkflowModule
    prefix: str
    open: dict[Activity, float] = field(default_factory=dict[Activity, float])
    """When those began that have not ended."""
    calls: dict[str, int] = field(default_factory=dict[str, int])
    """How often each node has begun."""

    def __post_init__(self) -> None:
        self.run.invocations.append(self)

    def start(self, node: str, *, again: bool = False) -> Activity:
        """A step begins, if it has not yet, or may do so `again`."""
        count = self.calls.get(node, 0)
        activity = (node, count + 1 if again and count else None)
        if (again or not count) and not self.run.is_stopped:
            self.calls[node] = count + 1
            self._begin(activity)
        return activity

    def start_tool(self, node: str) -> Activity:
        """A tool begins, which may do so several times, also at the same time."""
        count = self.calls[node] = self.calls.get(node, 0) + 1
        activity = (node, count)
        self._begin(activity)
        return activity

    def end(self, activity: Activity, outcome: Outcome, give: Callable[[], Any] | None = None) -> None:
        """A node ends, if it has begun; `give` makes its value."""
        began = self.open.pop(activity, None)
        if began is None:
            return
        node, call = activity
        path = self.prefix + node
        elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
        if give is None:
            self.run.send("node_ended", node=path, call=call, outcome=outcome, elapsed_ms=elapsed_ms)
        else:
            self.run.send_value("node_ended", give(), node=path, call=call, outcome=outcome, elapsed_ms=elapsed_ms)
        self.run.node_ended(path)

    def fail(self, activity: Activity, error: BaseException) -> None:
        """A node ends by an exception."""
        if activity not in self.open:
            return
        if isinstance(error, asyncio.CancelledError):
            self.end(activity, "cancelled")
        else:
            self.run.failed_nodes.append((self.prefix + activity[0], error))
            self.end(activity, "failed")

    def close(self) -> None:
        """The workflow is over: what has begun and was never awaited is so too."""
        for activity in list(self.open):
            self.end(activity, "cancelled")
        if self in self.run.invocations:
            self.run.invocations.remove(self)

    def _begin(self, activity: Activity) -> None:
        self.open[activity] = time.perf_counter()
        node, call = activity
        self.run.send("node_started", node=self.prefix + node, call=call)


@dataclass(slots=True, eq=False)
class Cursor:
    """Where a function of a workflow module stands."""

    invocation: Invocation
    steps: dict[int, Step]
    outer: "Cursor | None"
    """That of the code which called it."""
    is_run: bool
    """The function is the workflow itself, not an arm of it."""
    loops: list[Loop]
    """Those in the function."""
    step: Step | None = None
    activity: Activity | None = None
    """The step as it goes on."""
    rounds: dict[str, Activity] = field(default_factory=dict[str, Activity])
    """The loops that go on."""


RUN: ContextVar[Run | None] = ContextVar("studio_run", default=None)
NODE: ContextVar[str | None] = ContextVar("studio_node", default=None)
"""The path of the node whose call goes on."""
CURSOR: ContextVar[Cursor | None] = ContextVar("studio_cursor", default=None)
