"""Follows the lines of workflow modules, with `sys.monitoring` from Python 3.12 on and `sys.settrace` before."""

import asyncio
import functools
import opcode
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import CodeType, FrameType
from typing import Any, ParamSpec, Protocol, TypeVar

from .runs import CURSOR, NODE, RUN, Cursor, Invocation
from .steps import Step, WorkflowModule

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def _harmless(method: Callable[Parameters, Result]) -> Callable[Parameters, Result | None]:
    """What goes wrong here would be raised in the workflow."""

    @functools.wraps(method)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result | None:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            run = RUN.get()
            if run is not None:
                run.send("limited", what=f"A step could not be followed: {type(error).__name__}.")
            return None

    return call


class Follower:
    """What is done when a function of a workflow module begins, comes to a line, and ends."""

    def __init__(self, modules: dict[str, WorkflowModule]) -> None:
        self.modules = {code: module for module in modules.values() for code in module.codes}
        self._runs = {next(iter(module.codes)) for module in modules.values()}

    @_harmless
    def begin(self, code: CodeType, frame: FrameType) -> Cursor | None:
        """A function begins, in a run that is observed or not."""
        run = RUN.get()
        if run is None:
            return None
        outer, module = CURSOR.get(), self.modules[code]
        is_run = code in self._runs
        if is_run:
            node = NODE.get()
            invocation = Invocation(run, module, "" if node is None else f"{node}/")
            ctx, inputs = (frame.f_locals.get(name) for name in code.co_varnames[:2])
            if node is not None:
                run.send_value("workflow_started", inputs, node=node)
            if outer is None:
                secrets: Any = getattr(ctx, "secrets", {})
                run.shared.secrets.add(map(str, secrets.values()))
                run.start(module.workflow, inputs)
            if not module.is_mapped and module.file not in run.unmapped:
                run.unmapped.add(module.file)
                run.send("unmapped", module=run.shared.failures.relative(module.file))
        elif outer is None:
            return None
        else:
            invocation = outer.invocation
        cursor = Cursor(invocation, module.codes[code], outer, is_run, module.loops.get(code, []))
        CURSOR.set(cursor)
        return cursor

    @_harmless
    def line(self, cursor: Cursor, line: int, frame: FrameType) -> None:
        """The next line of the function is about to run."""
        step = cursor.steps.get(line)
        if step is not cursor.step and cursor.step is not None:
            self._leave(cursor, cursor.step, line, frame)
        for loop in cursor.loops:
            if line in loop.span and loop.node not in cursor.rounds:
                cursor.rounds[loop.node] = cursor.invocation.start(loop.node, again=True)
        self._end_loops(cursor, frame, line)
        if step is cursor.step:
            return
        cursor.step = step
        if step is not None:
            cursor.activity = cursor.invocation.start(step.node, again=step.repeats)

    def _end_loops(self, cursor: Cursor, frame: FrameType, line: int = 0) -> None:
        """Ends the loops that a line is outside of, the innermost first."""
        for loop in reversed(cursor.loops):
            if line not in loop.span and loop.node in cursor.rounds:
                given = None if loop.target is None else frame.f_locals.get(loop.target)
                cursor.invocation.end(cursor.rounds.pop(loop.node), "done", lambda value=given: value)

    @_harmless
    def returned(self, cursor: Cursor, value: Any, frame: FrameType) -> None:
        """The function returns."""
        step, invocation = cursor.step, cursor.invocation
        if step is not None:
            activity = cursor.activity or (step.node, None)
            if step.kind == "return":
                given = getattr(value, "output", value) if cursor.is_run else value
                invocation.end(activity, "done", lambda: given)
            elif step.kind == "call":
                invocation.end(activity, "done", lambda: value)
            else:
                self._leave(cursor, step, 0, frame)
        self._end_loops(cursor, frame)
        CURSOR.set(cursor.outer)
        if cursor.is_run:
            invocation.close()
            if cursor.outer is None:
                invocation.run.ending = "done"

    @_harmless
    def raised(self, cursor: Cursor, error: BaseException) -> None:
        """The function ends by an exception."""
        step, invocation = cursor.step, cursor.invocation
        if step is not None:
            invocation.fail(cursor.activity or (step.node, None), error)
        for activity in reversed(cursor.rounds.values()):
            invocation.fail(activity, error)
        CURSOR.set(cursor.outer)
        if cursor.is_run:
            invocation.close()
            if cursor.outer is None:
                if isinstance(error, asyncio.CancelledError):
                    invocation.run.ending = "cancelled"
                else:
                    invocation.run.fail(error)

    def _leave(self, cursor: Cursor, step: Step, line: int, frame: FrameType) -> None:
        invocation, activity = cursor.invocation, cursor.activity or (step.node, None)
        if step.kind == "task" or activity not in invocation.open:
            return
        target = step.target
        if target is not None:
            value = frame.f_locals.get(target)
            invocation.end(activity, "done", lambda: bool(value) if step.kind == "test" else value)
        elif step.kind == "test":
            invocation.end(activity, "done", lambda: (line in step.body) != step.is_inverted)
        else:
            invocation.end(activity, "done")


class Tracing(Protocol):
    """A way to follow functions."""

    def switch(self, *, on: bool) -> None:
        """Begins or ends to follow; when it does not, nothing is left of it."""
        ...

    def request(self) -> AbstractContextManager[None]:
        """Around a request that is observed."""
        ...

    def waiting(self) -> AbstractContextManager[None]:
        """While a function of a workflow module waits for what it has called."""
        ...

    def going_on(self) -> AbstractContextManager[None]:
        """While something is called, by what a function waits for, that is a workflow again."""
        ...


class Monitoring:
    """By `sys.monitoring`: events of workflow modules alone.

    https://docs.python.org/3.12/library/sys.monitoring.html
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        monitoring: Any = vars(sys)["monitoring"]
        self._monitoring = monitoring
        self._tool = next(tool for tool in (3, 4, 1, 2, 0, 5) if monitoring.get_tool(tool) is None)
        monitoring.use_tool_id(self._tool, "catalyst-studio")
        events = monitoring.events
        self._events: int = events.PY_START | events.PY_RETURN | events.LINE
        for event, callback in (
            (events.PY_START, self._start),
            (events.PY_RETURN, self._return),
            (events.LINE, self._line),
            (events.PY_UNWIND, self._unwind),
        ):
            monitoring.register_callback(self._tool, event, callback)

    def switch(self, *, on: bool) -> None:
        """See Tracing."""
        monitoring = self._monitoring
        for code in self._follower.modules:
            monitoring.set_local_events(self._tool, code, self._events if on else 0)
        # Only for all code together; it comes when an exception leaves a function.
        monitoring.set_events(self._tool, monitoring.events.PY_UNWIND if on else 0)

    def request(self) -> AbstractContextManager[None]:
        """See Tracing."""
        return nullcontext()

    def waiting(self) -> AbstractContextManager[None]:
        """See Tracing."""
        return nullcontext()

    def going_on(self) -> AbstractContextManager[None]:
        """See Tracing."""
        return nullcontext()

    def _start(self, code: CodeType, _offset: int) -> None:
        self._follower.begin(code, sys._getframe(1))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def _line(self, code: CodeType, line: int) -> None:
        cursor = self._cursor(code)
        if cursor is not None:
            self._follower.line(cursor, line, sys._getframe(1))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def _return(self, code: CodeType, _offset: int, value: object) -> None:
        cursor = self._cursor(code)
        if cursor is not None:
            self._follower.returned(cursor, value, sys._getframe(1))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def _unwind(self, code: CodeType, _offset: int, error: BaseException) -> None:
        if code in self._follower.modules:
            cursor = self._cursor(code)
            if cursor is not None:
                self._follower.raised(cursor, error)

    def _cursor(self, code: CodeType) -> Cursor | None:
        """Where the function stands; None if it began before it was followed."""
        cursor = CURSOR.get()
        return cursor if cursor is not None and cursor.steps is self._follower.modules[code].codes[code] else None


class LineTracing:
    """By `sys.settrace`, which calls back for every function of the thread; so it is on only while a function of a
    workflow module may go on, and not while it waits for a model.
    """

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._on = False
        self._requests = 0
        self._wanted = 0
        """How many functions may go on."""
        self._cursors: dict[FrameType, Cursor] = {}
        self._raising: dict[FrameType, BaseException] = {}

    def switch(self, *, on: bool) -> None:
        """See Tracing."""
        self._on = on

    @contextmanager
    def request(self) -> Generator[None]:
        """See Tracing."""
        if not self._on:
            yield
            return
        self._requests += 1
        try:
            with self.going_on():
                yield
        finally:
            self._requests -= 1
            if not self._requests:
                # Nothing can go on; what was thrown away in the middle has not been counted.
                self._cursors.clear()
                self._raising.clear()
                self._wanted = 0
                sys.settrace(None)

    @contextmanager
    def waiting(self) -> Generator[None]:
        """See Tracing."""
        self._count(-1)
        try:
            yield
        finally:
            self._count(1)

    @contextmanager
    def going_on(self) -> Generator[None]:
        """See Tracing."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        if self._requests:
            self._wanted += change
            sys.settrace(self._trace if self._wanted > 0 else None)

    def _trace(self, frame: FrameType, _event: str, _value: Any) -> Any:
        """For each function that begins or goes on."""
        code = frame.f_code
        if code not in self._follower.modules:
            return None
        if frame not in self._cursors:
            if frame.f_lineno != code.co_firstlineno:
                return None  # It goes on after an `await`, and began before it was followed.
            cursor = self._follower.begin(code, frame)
            if cursor is None:
                return None
            self._cursors[frame] = cursor
            if not cursor.is_run:
                self._count(1)
        return self._trace_lines

    def _trace_lines(self, frame: FrameType, event: str, value: Any) -> Any:
        cursor = self._cursors.get(frame)
        if cursor is None:
            return None
        if event == "line":
            self._raising.pop(frame, None)
            self._follower.line(cursor, frame.f_lineno, frame)
        elif event == "exception":
            _, error, trace = value
            if isinstance(error, BaseException) and not isinstance(error, StopIteration):
                # Python does so only when it is caught.
                self._raising[frame] = error.with_traceback(trace)
        elif event == "return":
            error = self._raising.pop(frame, None)
            is_over = error is not None or frame.f_code.co_code[frame.f_lasti] == _RETURN_VALUE
            if is_over:
                del self._cursors[frame]
                if not cursor.is_run:
                    self._count(-1)
            if error is not None:
                self._follower.raised(cursor, error)
            elif is_over:
                self._follower.returned(cursor, value, frame)
        return self._trace_lines


_RETURN_VALUE = opcode.opmap["RETURN_VALUE"]


def tracing_for(follower: Follower) -> Tracing:
    """The way that this Python has."""
    return Monitoring(follower) if sys.version_info >= (3, 12) else LineTracing(follower)
