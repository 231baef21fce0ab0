"""Puts everything that watches in its place when the service's application has been loaded."""

import atexit
import importlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from .calls import Calls, mark_requests
from .channel import Channel
from .control import Control
from .failures import Failures
from .printing import listen_to_printing
from .requests import Observed
from .runs import Shared
from .steps import WorkflowModule, read_module
from .tracing import Follower, Tracing, tracing_for
from .values import Encode, Secrets

FLUSH_SECONDS = 2.0


def install(project: Path, events: int, control: int) -> None:
    """Arranges that the application is watched once uvicorn has loaded it."""
    import uvicorn  # noqa: PLC0415 # of the project's environment

    for descriptor in (events, control):
        os.set_inheritable(descriptor, False)
    config_type: Any = uvicorn.Config
    load = config_type.load

    def load_watched(config: Any) -> None:
        load(config)
        try:
            config.loaded_app = _Observer(project, events, control).watch(config.loaded_app)
        except Exception as error:  # the service goes on without it
            print(f"The Studio cannot look on: {error!r}", file=sys.stderr)  # noqa: T201

    config_type.load = load_watched


class _Observer:
    """All that is in place."""

    def __init__(self, project: Path, events: int, control: int) -> None:
        self._project = project
        self._events = events
        self._control = control
        self._trace = True
        self._tracing: Tracing | None = None
        self._observed: Observed | None = None
        self._channel = Channel(events, self._closed)

    def watch(self, app: Any) -> Any:
        """Puts all in its place; what cannot be is told to those who listen, and left out."""
        modules = self._modules()
        tracing = self._tracing = tracing_for(Follower(modules))
        encode: Encode = importlib.import_module("app.runtime.events").encode
        shared = Shared(self._channel, encode, Secrets(), Failures(self._project, modules))
        calls = Calls(tracing)
        tool_type, sub_workflow_type = _find("app.llm.tools", "Tool"), _find("app.runtime.sub_workflow", "SubWorkflow")
        for file in modules:
            module = sys.modules[f"app.workflows.{Path(file).stem}"]
            with _told(shared.limits, f"The calls of {Path(file).name} cannot be seen."):
                calls.watch_module(module, tool_type, sub_workflow_type)
        if sub_workflow_type is not None:
            with _told(shared.limits, "Calls of workflows cannot be seen."):
                calls.watch_workflows(sub_workflow_type)
        if "app.runtime.http.connection" in sys.modules:
            with _told(shared.limits, "Model calls do not say which node they are of."):
                mark_requests(_find("app.runtime.http.connection", "Connection"))
        listen_to_printing()
        control = Control(
            self._control,
            on_trace=self._switch,
            on_told=partial(self._channel.send, "told"),
            on_stop=self._stop,
            on_closed=self._closed,
        )
        self._observed = Observed(app, shared, control, tracing)
        if endpoint := sys.modules.get("app.websocket.endpoint"):
            with _told(shared.limits, "Runs over WebSockets cannot be seen."):
                self._observed.watch_sockets(endpoint)
        with _told(shared.limits, "Lines cannot be followed in this Python."):
            tracing.switch(on=True)
        atexit.register(self._channel.flush, FLUSH_SECONDS)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)
        return self._observed

    def _modules(self) -> dict[str, WorkflowModule]:
        found: dict[str, WorkflowModule] = {}
        for name, module in list(sys.modules.items()):
            run = getattr(module, "run", None)
            file = getattr(module, "__file__", None)
            code = getattr(run, "__code__", None)
            if name.startswith("app.workflows.") and file is not None and code is not None:
                found[file] = read_module(file, code)
        return found

    def _switch(self, on: bool) -> None:
        if self._observed is not None and self._tracing is not None and self._observed.is_on != on:
            self._observed.is_on = on
            self._tracing.switch(on=on)

    def _stop(self, run: str) -> None:
        if self._observed is not None:
            self._observed.stop(run)

    def _closed(self) -> None:
        self._channel.close()
        self._switch(False)

    def _forked(self) -> None:
        self._channel.abandon()
        self._switch(False)
        for descriptor in (self._events, self._control):
            os.close(descriptor)


@contextmanager
def _told(limits: list[str], what: str) -> Generator[None]:
    """Notes that something cannot be had, instead of failing."""
    try:
        yield
    except Exception as error:
        limits.append(f"{what} ({type(error).__name__}: {error})")


def _find(module: str, name: str) -> Any:
    """Something of the runtime that this project may have; None if it has not been imported."""
    return getattr(sys.modules.get(module), name, None)
