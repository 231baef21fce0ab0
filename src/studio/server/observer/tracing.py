"""Follows the lines of workflow modules, with `sys.monitoring` from Python 3.12 on and `sys.settrace` before."""

import asyncio
import functools
import opcode
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import CodeType, FrameType
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from .loops import Loop, size_of
from .runs import CURSOR, NODE, RUN, Cursor, Invocation, Round, Rounds
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
            around: Rounds = () if outer is None else outer.rounds
            invocation = Invocation(run, module, "" if node is None else f"{node}/", around)
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
        around = invocation.rounds if is_run or outer is None else outer.rounds
        cursor = Cursor(invocation, module.codes[code], outer, is_run, module.loops.get(code, []), around)
        if not is_run and outer is not None and code in module.items:
            self._begin_item(cursor, outer, module.items[code], frame)
        CURSOR.set(cursor)
        return cursor

    def _begin_item(self, cursor: Cursor, outer: Cursor, loop: str, frame: FrameType) -> None:
        index, item = (frame.f_locals[name] for name in frame.f_code.co_varnames[:2])
        cursor.item = (loop, None, outer.rounds), Round(index)
        cursor.around = (*outer.rounds, (cursor.invocation.prefix + loop, index))
        cursor.invocation.start_round(*cursor.item, item)

    @_harmless
    def line(self, cursor: Cursor, line: int, frame: FrameType) -> None:
        """The next line of the function is about to run."""
        step = cursor.steps.get(line)
        if step is not cursor.step and cursor.step is not None:
            self._leave(cursor, cursor.step, line, frame)
        self._end_loops(cursor, frame, line)
        for loop in cursor.loops:
            if line in loop.span:
                self._go_round(cursor, loop, line, frame)
        if step is cursor.step:
            return
        cursor.step = step
        if step is not None:
            cursor.activity = cursor.invocation.start(step.node, cursor.rounds)

    def _go_round(self, cursor: Cursor, loop: Loop, line: int, frame: FrameType) -> None:
        """Begins a loop that a line is in, and its next round; and sees what a round fails with."""
        if loop.node not in cursor.turns:
            begun = cursor.invocation.start(loop.node, cursor.rounds)
            cursor.turns[loop.node] = begun, None
            count = None if loop.rounds is None else size_of(loop.rounds, frame)
            if count is not None:
                cursor.invocation.count(begun, count)
        activity, turn = cursor.turns[loop.node]
        if line not in loop.body:
            return
        variables = frame.f_locals
        index: int = variables[loop.index]
        if turn is None or turn.index != index:
            self._end_round(cursor, loop, frame)
            given = variables.get(loop.target or "")
            turn = Round(index, size=len(cast("list[Any]", given)) if isinstance(given, list) else 0)
            cursor.turns[loop.node] = activity, turn
            cursor.invocation.start_round(activity, turn, variables.get(loop.item or ""))
        if turn.error is None and line in cursor.invocation.module.failing:
            turn.error = sys.exception()

    def _end_round(self, cursor: Cursor, loop: Loop, frame: FrameType) -> None:
        """Tells of the round that a loop was in."""
        activity, turn = cursor.turns[loop.node]
        if turn is None:
            return
        given = None if loop.target is None else frame.f_locals.get(loop.target)
        if loop.is_list and isinstance(given, list):
            results = cast("list[Any]", given)
            if len(results) > turn.size:
                turn.has_value, turn.value = True, results[-1]
        elif not loop.is_list and loop.target is not None:
            turn.has_value, turn.value = True, given
        cursor.turns[loop.node] = activity, None
        cursor.invocation.end_round(activity, turn)

    def _end_loops(self, cursor: Cursor, frame: FrameType, line: int = 0) -> None:
        """Ends the loops that a line is outside of, the innermost first."""
        for loop in reversed(cursor.loops):
            if line not in loop.span and loop.node in cursor.turns:
                self._end_round(cursor, loop, frame)
                activity, _ = cursor.turns.pop(loop.node)
                given = None if loop.target is None else frame.f_locals.get(loop.target)
                cursor.invocation.end(activity, "done", lambda value=given: value)

    @_harmless
    def returned(self, cursor: Cursor, value: Any, frame: FrameType) -> None:
        """The function returns."""
        step, invocation = cursor.step, cursor.invocation
        if step is not None:
            activity = cursor.activity or (step.node, None, cursor.rounds)
            if step.kind == "return":
                given = getattr(value, "output", value) if cursor.is_run else value
                invocation.end(activity, "done", lambda: given)
            elif step.kind == "call":
                invocation.end(activity, "done", lambda: value)
            else:
                self._leave(cursor, step, 0, frame)
        self._end_loops(cursor, frame)
        if cursor.item is not None:
            loop, turn = cursor.item
            turn.has_value, turn.value = True, value
            invocation.end_round(loop, turn)
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
            invocation.fail(cursor.activity or (step.node, None, cursor.rounds), error)
        for activity, turn in [*reversed(cursor.turns.values()), *([] if cursor.item is None else [cursor.item])]:
            if turn is not None and not isinstance(error, asyncio.CancelledError):
                turn.error = error
                invocation.end_round(activity, turn)
        for activity, _ in reversed(cursor.turns.values()):
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
        invocation, activity = cursor.invocation, cursor.activity or (step.node, None, cursor.rounds)
        if step.kind == "task" or activity not in invocation.open:
            return
        error = sys.exception() if line in invocation.module.failing else None
        if error is not None:
            invocation.fail(activity, error)
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
        self._caught: dict[FrameType, BaseException] = {}
        """What was caught last; Python says nothing when it is raised again."""

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
                self._caught.clear()
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
            if (caught := self._raising.pop(frame, None)) is not None:
                self._caught[frame] = caught
            self._follower.line(cursor, frame.f_lineno, frame)
        elif event == "exception":
            _, error, trace = value
            if isinstance(error, BaseException) and not isinstance(error, StopIteration):
                # Python does so only when it is caught.
                self._raising[frame] = error.with_traceback(trace)
        elif event == "return":
            operation = frame.f_code.co_code[frame.f_lasti]
            error = self._raising.pop(frame, None)
            if operation in _RAISING_AGAIN:
                error = error or self._caught.get(frame)
            is_over = error is not None or operation == _RETURN_VALUE
            if is_over:
                del self._cursors[frame]
                self._caught.pop(frame, None)
                if not cursor.is_run:
                    self._count(-1)
            if error is not None:
                self._follower.raised(cursor, error)
            elif is_over:
                self._follower.returned(cursor, value, frame)
        return self._trace_lines


_RETURN_VALUE = opcode.opmap["RETURN_VALUE"]
_RAISING_AGAIN = (opcode.opmap["RERAISE"], opcode.opmap["RAISE_VARARGS"])


def tracing_for(follower: Follower) -> Tracing:
    """The way that this Python has."""
    return Monitoring(follower) if sys.version_info >= (3, 12) else LineTracing(follower)
