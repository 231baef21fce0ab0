"""What nodes call: watched where it is called, stood in for where a run wants it, and known to the model's server."""

import asyncio
import dataclasses
import importlib
import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

from .runs import CURSOR, NODE, RUN, Run
from .tracing import Tracing

Call = Callable[..., Awaitable[Any]]


class Calls:
    """Puts itself in the place of what workflow modules call: functions that are told which node they run."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing

    def watch_module(self, module: ModuleType, tool_type: type[Any] | None) -> None:
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
                setattr(module, name, dataclasses.replace(tool, run=self._watched(tool.run, is_tool=True)))

    def watch_workflows(self, sub_workflow_type: Any) -> None:
        """Steps that call workflows."""
        sub_workflow_type.call = self._watched(sub_workflow_type.call, can_be_stood_in=True, to_workflow=True)

    def _watched(
        self, call: Call, *, can_be_stood_in: bool = False, is_tool: bool = False, to_workflow: bool = False
    ) -> Call:
        place = 1 if is_tool else list(inspect.signature(call).parameters).index("node")

        def watched(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            run = RUN.get()
            if run is None:
                return call(*args, **kwargs)
            node: str = kwargs["node"] if "node" in kwargs else args[place]
            ctx = args[0] if place == 1 or not to_workflow else args[1]
            return self._observe(run, node, ctx, lambda: call(*args, **kwargs), can_be_stood_in or is_tool)

        return watched

    async def _observe(
        self, run: Run, node: str, ctx: Any, call: Callable[[], Awaitable[Any]], can_be_stood_in: bool
    ) -> Any:
        cursor = CURSOR.get()
        invocation = cursor.invocation if cursor is not None and cursor.invocation.module.is_mapped else None
        path = f"{'' if cursor is None else cursor.invocation.prefix}{node}"
        if run.is_stopped:
            await asyncio.Event().wait()
        if invocation is not None:
            invocation.start(node)
        before = NODE.set(path)
        try:
            stand_in = _stand_in(run, path) if can_be_stood_in else None
            value = await call() if stand_in is None else _given(stand_in, ctx, node)
        except BaseException as error:
            if invocation is not None:
                invocation.fail(node, error)
            raise
        finally:
            NODE.reset(before)
        if invocation is not None:
            invocation.end(node, "done", lambda: value)
        if run.is_stopped:
            await asyncio.Event().wait()
        return value


def _is_runtime(function: Callable[..., Any]) -> bool:
    return function.__module__.startswith(("app.llm.", "app.nodes.", "app.runtime."))


def _stand_in(run: Run, path: str) -> dict[str, Any] | None:
    """What is given instead of calling the node: one after the other, the last again and again."""
    results = run.orders.stand_ins.get(path)
    if results is None:
        return None
    count = run.stood_in.get(path, 0)
    run.stood_in[path] = count + 1
    return results[min(count, len(results) - 1)]


def _given(stand_in: dict[str, Any], ctx: Any, node: str) -> Any:
    ctx.node_timings[node] = 0.0
    if "error" in stand_in:
        failed: Any = importlib.import_module("app.runtime.functions").FunctionFailed
        raise failed(str(stand_in["error"]), node=node)
    return stand_in["result"]


def mark_requests(connection_type: Any) -> None:
    """Lets requests of observed runs say which node they are of, in a header `x-studio-call`."""
    exchange = connection_type.exchange

    async def exchange_marked(self: Any, request: bytes) -> Any:
        run, node = RUN.get(), NODE.get()
        if run is not None and node is not None:
            line, end, rest = request.partition(b"\r\n")
            request = b"%b\r\nx-studio-call: %b;%b%b%b" % (line, run.id.encode(), node.encode(), end, rest)
        return await exchange(self, request)

    connection_type.exchange = exchange_marked
