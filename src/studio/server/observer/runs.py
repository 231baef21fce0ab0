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
from .loops import Loop
from .steps import Step, WorkflowModule
from .values import Encode, Secrets, json_text

Outcome = Literal["done", "failed", "cancelled"]
Rounds = tuple[tuple[str, int], ...]
"""The rounds of loops that something stands in: each loop's path and the index of its item, the outermost first."""
Activity = tuple[str, int | None, Rounds]
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
        self.send("failed", node=node or self.shared.failures.node_of(chain), error=self.described(error, chain))

    def described(self, error: BaseException, chain: list[BaseException] | None = None) -> dict[str, Any]:
        """An error in words, with the lines that it came through."""
        return self.shared.failures.describe(error, chain or chain_of(error), self.shared.secrets)

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
    rounds: Rounds = ()
    """Those that the call of the workflow stands in."""
    open: dict[Activity, float] = field(default_factory=dict[Activity, float])
    """When those began that have not ended."""
    begun: set[tuple[str, Rounds]] = field(default_factory=set[tuple[str, Rounds]])
    """What has begun, in each round."""
    calls: dict[str, int] = field(default_factory=dict[str, int])
    """How often each tool has begun."""

    def __post_init__(self) -> None:
        self.run.invocations.append(self)

    def start(self, node: str, rounds: Rounds, *, again: bool = False) -> Activity:
        """A step begins, if it has not yet in this round; or `again`, where an attempt at it has failed."""
        activity = (node, None, rounds)
        is_anew = (node, rounds) not in self.begun or (again and activity not in self.open)
        if is_anew and not self.run.is_stopped:
            self.begun.add((node, rounds))
            self._begin(activity)
        return activity

    def start_tool(self, node: str, rounds: Rounds) -> Activity:
        """A tool begins, which may do so several times, also at the same time."""
        count = self.calls[node] = self.calls.get(node, 0) + 1
        activity = (node, count, rounds)
        self._begin(activity)
        return activity

    def end(self, activity: Activity, outcome: Outcome, give: Callable[[], Any] | None = None) -> None:
        """A node ends, if it has begun; `give` makes its value."""
        began = self.open.pop(activity, None)
        if began is None:
            return
        path = self.prefix + activity[0]
        fields = {**self._place(activity), "outcome": outcome, "elapsed_ms": _milliseconds_since(began)}
        if give is None:
            self.run.send("node_ended", **fields)
        else:
            self.run.send_value("node_ended", give(), **fields)
        self.run.node_ended(path)

    def fail(self, activity: Activity, error: BaseException) -> None:
        """A node ends by an exception."""
        if isinstance(error, asyncio.CancelledError):
            self.end(activity, "cancelled")
            return
        began = self.open.pop(activity, None)
        if began is None:
            return
        run = self.run
        path = self.prefix + activity[0]
        run.failed_nodes.append((path, error))
        elapsed_ms = _milliseconds_since(began)
        run.send(
            "node_ended", **self._place(activity), outcome="failed", elapsed_ms=elapsed_ms, error=run.described(error)
        )
        run.node_ended(path)

    def count(self, loop: Activity, count: int) -> None:
        """A loop has so many rounds, at the most."""
        self.run.send("counted", **self._place(loop), count=count)

    def start_round(self, loop: Activity, turn: "Round", item: Any) -> None:
        """A round of a loop begins, with the item that it is about."""
        self.run.send_value("item_started", item, **self._place(loop), index=turn.index)

    def end_round(self, loop: Activity, turn: "Round") -> None:
        """A round of a loop is over."""
        fields = {**self._place(loop), "index": turn.index, "elapsed_ms": _milliseconds_since(turn.began)}
        if turn.error is not None:
            self.run.send("item_ended", **fields, outcome="failed", error=self.run.described(turn.error))
        elif turn.has_value:
            self.run.send_value("item_ended", turn.value, **fields, outcome="done")
        else:
            self.run.send("item_ended", **fields, outcome="done")

    def close(self) -> None:
        """The workflow is over: what has begun and was never awaited is so too."""
        for activity in list(self.open):
            self.end(activity, "cancelled")
        if self in self.run.invocations:
            self.run.invocations.remove(self)

    def _begin(self, activity: Activity) -> None:
        self.open[activity] = time.perf_counter()
        self.run.send("node_started", **self._place(activity))

    def _place(self, activity: Activity) -> dict[str, Any]:
        node, call, rounds = activity
        return {"node": self.prefix + node, "call": call, "items": items_of(rounds) or None}


def items_of(rounds: Rounds) -> list[dict[str, Any]]:
    """The rounds as they are told."""
    return [{"node": path, "index": index} for path, index in rounds]


def _milliseconds_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)


@dataclass(slots=True, eq=False)
class Round:
    """A round of a loop while it goes on, and what is known of its end."""

    index: int
    began: float = field(default_factory=time.perf_counter)
    size: int = 0
    """So many results there were before it."""
    has_value: bool = False
    value: Any = None
    error: BaseException | None = None


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
    """Those in the function, outer ones first."""
    around: Rounds = ()
    """The rounds that the function stands in as a whole."""
    item: "tuple[Activity, Round] | None" = None
    """The function is called for each item of a loop, and this is the one."""
    step: Step | None = None
    activity: Activity | None = None
    """The step as it goes on."""
    turns: dict[str, tuple[Activity, Round | None]] = field(default_factory=dict[str, tuple[Activity, "Round | None"]])
    """The loops in it that go on, outer ones first, and the round that each is in."""

    @property
    def rounds(self) -> Rounds:
        """All that it stands in now."""
        prefix = self.invocation.prefix
        own = [(prefix + node, turn.index) for node, (_, turn) in self.turns.items() if turn is not None]
        return (*self.around, *own)


RUN: ContextVar[Run | None] = ContextVar("studio_run", default=None)
NODE: ContextVar[str | None] = ContextVar("studio_node", default=None)
"""The path of the node whose call goes on."""
CURSOR: ContextVar[Cursor | None] = ContextVar("studio_cursor", default=None)
