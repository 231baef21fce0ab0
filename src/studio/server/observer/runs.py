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
from .steps import Step, WorkflowModule
from .values import Encode, Secrets, json_text

Outcome = Literal["done", "failed", "cancelled"]


@dataclass(slots=True)
class Shared:
    """What all runs have in common."""

    channel: Channel
    encode: Encode
    secrets: Secrets
    failures: Failures


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
    printed: str = ""
    printed_by: str | None = None

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
        self.flush_printed()
        self.send("run_ended", outcome="cancelled" if self.is_stopped else self.ending)

    def node_ended(self, path: str) -> None:
        """Stops the run if it was to go no further."""
        if path == self.orders.stop_after and not self.is_stopped:
            self.is_stopped = True
            if self.task is not None:
                self.task.cancel()

    def print(self, text: str, node: str | None) -> None:
        """Tells of lines that code of the project prints, when they are complete."""
        if node != self.printed_by:
            self.flush_printed()
            self.printed_by = node
        self.printed += text
        if "\n" in text or len(self.printed) > 10_000:
            self.flush_printed()

    def flush_printed(self) -> None:
        """Tells of what was printed since."""
        if self.printed:
            text, self.printed = self.printed, ""
            self.send("printed", node=self.printed_by, stream="stdout", text=self.shared.secrets.mask(text))


@dataclass(slots=True, eq=False)
class Invocation:
    """A workflow in a run: the one that was asked for, or one that a node calls, whose path `prefix` is."""

    run: Run
    module: WorkflowModule
    prefix: str
    open: dict[str, float] = field(default_factory=dict[str, float])
    """When those nodes began that have not ended."""
    ended: set[str] = field(default_factory=set[str])

    def start(self, node: str) -> None:
        """A node begins, if it has not yet."""
        if node in self.open or node in self.ended or self.run.is_stopped:
            return
        self.open[node] = time.perf_counter()
        self.run.send("node_started", node=self.prefix + node)

    def end(self, node: str, outcome: Outcome, give: Callable[[], Any] | None = None) -> None:
        """A node ends, if it has begun; `give` makes its value."""
        began = self.open.pop(node, None)
        if began is None:
            return
        self.ended.add(node)
        path = self.prefix + node
        elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
        if give is None:
            self.run.send("node_ended", node=path, outcome=outcome, elapsed_ms=elapsed_ms)
        else:
            self.run.send_value("node_ended", give(), node=path, outcome=outcome, elapsed_ms=elapsed_ms)
        self.run.node_ended(path)

    def fail(self, node: str, error: BaseException) -> None:
        """A node ends by an exception."""
        if node not in self.open:
            return
        if isinstance(error, asyncio.CancelledError):
            self.end(node, "cancelled")
        else:
            self.run.failed_nodes.append((self.prefix + node, error))
            self.end(node, "failed")

    def close(self) -> None:
        """The workflow is over: what has begun and was never awaited is so too."""
        for node in list(self.open):
            self.end(node, "cancelled")


@dataclass(slots=True, eq=False)
class Cursor:
    """Where a function of a workflow module stands."""

    invocation: Invocation
    steps: dict[int, Step]
    outer: "Cursor | None"
    """That of the code which called it."""
    is_run: bool
    """The function is the workflow itself, not an arm of it."""
    step: Step | None = None


RUN: ContextVar[Run | None] = ContextVar("studio_run", default=None)
NODE: ContextVar[str | None] = ContextVar("studio_node", default=None)
"""The path of the node whose call goes on."""
CURSOR: ContextVar[Cursor | None] = ContextVar("studio_cursor", default=None)
