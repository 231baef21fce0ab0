"""What nodes call: watched where it is called, stood in for where a run wants it, and known to the model's server."""

import asyncio
import dataclasses
import importlib
import inspect
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from types import ModuleType
from typing import Any

from .runs import CURSOR, NODE, RUN, Activity, Run
from .tracing import Tracing

Call = Callable[..., Awaitable[Any]]


class Calls:
    """Puts itself in the place of what workflow modules call: functions that are told which node they run."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing

    def watch_module(
        self, module: ModuleType, tool_type: type[Any] | None, sub_workflow_type: type[Any] | None
    ) -> None:
        """What a workflow module has imported, and the tools that it has made."""
        for name, value in list(vars(module).items()):
            if (
                inspect.iscoroutinefunction(value)
                and _is_runtime(value)
                and "node" in inspect.signature(value).parameters
            ):
                is_function = value.__name__ == "call_function"
                setattr(module, name, self._watched(value, can_be_stood_in=is_function))
            elif tool_type is not None and isinstance(value, tool_type):
                tool: Any = value
                to_workflow = sub_workflow_type is not None and isinstance(
                    getattr(tool.run, "__self__", None), sub_workflow_type
                )
                run = self._watched(tool.run, can_be_stood_in=True, is_tool=True, to_workflow=to_workflow)
                setattr(module, name, dataclasses.replace(tool, run=run))

    def watch_workflows(self, sub_workflow_type: Any) -> None:
        """Steps that call workflows."""
        sub_workflow_type.call = self._watched(sub_workflow_type.call, can_be_stood_in=True, to_workflow=True)

    def _watched(
        self, call: Call, *, can_be_stood_in: bool = False, is_tool: bool = False, to_workflow: bool = False
    ) -> Call:
        """The same for those who call it. Called in a run that is not observed, it is what it was."""
        names = list(inspect.signature(call).parameters)
        of_ctx, of_node = names.index("ctx"), names.index("node")

        def watched(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            run = RUN.get()
            if run is None:
                return call(*args, **kwargs)
            ctx = kwargs.get("ctx", args[of_ctx])
            node: str = kwargs["node"] if "node" in kwargs else args[of_node]
            waited = partial(self._stood_in, run, ctx, node, call) if can_be_stood_in else call
            return self._observed(run, node, partial(waited, *args, **kwargs), is_tool, to_workflow)

        return watched

    async def _observed(
        self, run: Run, node: str, call: Callable[[], Awaitable[Any]], is_tool: bool, to_workflow: bool
    ) -> Any:
        await _go_no_further_if_stopped(run)
        cursor = CURSOR.get()
        if cursor is None:
            return await call()
        invocation = cursor.invocation
        activity: Activity | None = None
        if invocation.module.is_mapped:
            activity = invocation.start_tool(node) if is_tool else invocation.start(node)
        before = NODE.set(invocation.prefix + node)
        try:
            with self._while_called(invocation.module.awaits(node), is_tool, to_workflow):
                value = await call()
        except BaseException as error:
            if activity is not None:
                invocation.fail(activity, error)
            raise
        finally:
            NODE.reset(before)
        if activity is not None:
            invocation.end(activity, "done", lambda: value)
        await _go_no_further_if_stopped(run)
        return value

    def _while_called(self, is_awaited: bool, is_tool: bool, to_workflow: bool) -> AbstractContextManager[None]:
        """In a tool the workflow waits already, for the model that calls it."""
        if is_tool:
            return self._tracing.going_on() if to_workflow else nullcontext()
        return self._tracing.waiting() if is_awaited and not to_workflow else nullcontext()

    async def _stood_in(self, run: Run, ctx: Any, node: str, call: Call, *args: Any, **kwargs: Any) -> Any:
        """What is to be given instead of calling, one after the other, the last again and again."""
        path = NODE.get() or node
        results = run.orders.stand_ins.get(path)
        if results is None:
            return await call(*args, **kwargs)
        count = run.stood_in.get(path, 0)
        run.stood_in[path] = count + 1
        ctx.node_timings[node] = 0.0
        given = results[min(count, len(results) - 1)]
        if "error" in given:
            failed: Any = importlib.import_module("app.runtime.functions").FunctionFailed
            raise failed(str(given["error"]), node=node)
        return given["result"]


async def _go_no_further_if_stopped(run: Run) -> None:
    """Waits for the cancellation that is on its way."""
    if run.is_stopped:
        await asyncio.Event().wait()


def _is_runtime(function: Callable[..., Any]) -> bool:
    return function.__module__.startswith(("app.llm.", "app.nodes.", "app.runtime."))


def mark_requests(connection_type: Any) -> None:
    """Lets requests of observed runs say which node they are of, in a header `x-studio-call`."""
    exchange = connection_type.exchange

    async def exchange_marked(self: Any, request: bytes) -> Any:
        run, node = RUN.get(), NODE.get()
        if run is not None and node is not None:
            line, end, rest = request.partition(b"\r\n")
            request = b"%b\r\nx-studio-call: %b;%b%b%b" % (
                line,
                run.id.encode(),
                node.encode("ascii", "replace"),
                end,
                rest,
            )
        return await exchange(self, request)

    connection_type.exchange = exchange_marked
