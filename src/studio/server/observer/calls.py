"""What nodes call: watched where it is called, stood in for where a run wants it, and known to the model's server."""

import asyncio
import dataclasses
import importlib
import inspect
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from types import ModuleType
from typing import Any, cast

from .runs import CURSOR, NODE, RUN, Activity, Run, items_of
from .tracing import Tracing

Call = Callable[..., Awaitable[Any]]


class Calls:
    """Puts itself in the place of what workflow modules call: functions that are told which node they run."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing
        self._watched_types: set[type[Any]] = set()

    def watch_module(
        self, module: ModuleType, tool_type: type[Any] | None, sub_workflow_type: type[Any] | None
    ) -> None:
        """What a workflow module has imported, and the tools that it has made."""
        for name, value in list(vars(module).items()):
            if (
                inspect.iscoroutinefunction(value)
                and _is_runtime(value)
                and value.__name__ not in _ABOUT_OTHERS
                and "node" in inspect.signature(value).parameters
            ):
                can_be_stood_in = value.__name__ in ("call_function", "generate_embeddings")
                is_loop = value.__name__ == "run_items"
                setattr(module, name, self._watched(value, can_be_stood_in=can_be_stood_in, goes_on=is_loop))
            elif tool_type is not None and isinstance(value, tool_type):
                tool: Any = value
                goes_on = sub_workflow_type is not None and isinstance(
                    getattr(tool.run, "__self__", None), sub_workflow_type
                )
                run = self._watched(tool.run, can_be_stood_in=True, is_tool=True, goes_on=goes_on)
                setattr(module, name, dataclasses.replace(tool, run=run))

            elif _asks_others(value):
                self._watch_type(cast("type[Any]", type(value)))

    def _watch_type(self, asking: type[Any]) -> None:
        """What steps are that ask something outside of the service: constants that know their node."""
        if asking in self._watched_types:
            return
        self._watched_types.add(asking)
        for name, method in _asking_methods(asking):
            setattr(asking, name, self._watched(method, can_be_stood_in=True))

    def watch_workflows(self, sub_workflow_type: Any) -> None:
        """Steps that call workflows."""
        sub_workflow_type.call = self._watched(sub_workflow_type.call, can_be_stood_in=True, goes_on=True)

    def _watched(
        self, call: Call, *, can_be_stood_in: bool = False, is_tool: bool = False, goes_on: bool = False
    ) -> Call:
        """The same for those who call it. Called in a run that is not observed, it is what it was.

        With `goes_on` it runs code of a workflow, so that lines are followed while it is waited for.
        """
        names = list(inspect.signature(call).parameters)
        of_ctx = names.index("ctx")
        of_node = names.index("node") if "node" in names else None

        def watched(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            run = RUN.get()
            if run is None:
                return call(*args, **kwargs)
            ctx = kwargs.get("ctx", args[of_ctx])
            node: str = args[0].node if of_node is None else kwargs["node"] if "node" in kwargs else args[of_node]
            if call.__name__ == "run_items" and (cursor := CURSOR.get()) is not None:
                cursor.invocation.count(cursor.invocation.start(node, cursor.rounds), len(args[2]))
            waited = partial(self._stood_in, run, ctx, node, call) if can_be_stood_in else call
            return self._observed(run, node, partial(waited, *args, **kwargs), is_tool, goes_on)

        return watched

    async def _observed(
        self, run: Run, node: str, call: Callable[[], Awaitable[Any]], is_tool: bool, goes_on: bool
    ) -> Any:
        await _go_no_further_if_stopped(run)
        cursor = CURSOR.get()
        if cursor is None:
            return await call()
        invocation = cursor.invocation
        path = invocation.prefix + node
        if NODE.get() == path and not is_tool:
            return await call()  # One of the ways in which the node does its work.
        activity: Activity | None = None
        if invocation.module.is_mapped:
            rounds = cursor.rounds
            activity = invocation.start_tool(node, rounds) if is_tool else invocation.start(node, rounds, again=True)
        before = NODE.set(path)
        try:
            with self._while_called(invocation.module.awaits(node), is_tool, goes_on):
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

    def _while_called(self, is_awaited: bool, is_tool: bool, goes_on: bool) -> AbstractContextManager[None]:
        """In a tool the workflow waits already, for the model that calls it."""
        if is_tool:
            return self._tracing.going_on() if goes_on else nullcontext()
        return self._tracing.waiting() if is_awaited and not goes_on else nullcontext()

    async def _stood_in(self, run: Run, ctx: Any, node: str, call: Call, /, *args: Any, **kwargs: Any) -> Any:
        """What is to be given instead of calling, one after the other, the last again and again."""
        path = NODE.get() or node
        results = run.orders.stand_ins.get(path)
        if results is None:
            return await call(*args, **kwargs)
        count = run.stood_in.get(path, 0)
        run.stood_in[path] = count + 1
        ctx.node_timings[node] = 0.0
        cursor = CURSOR.get()
        items = [] if cursor is None else items_of(cursor.rounds)
        of_item = [each for each in results if items and each.get("items") == items]
        given = of_item[0] if of_item else results[min(count, len(results) - 1)]
        if "error" in given:
            failed: Any = importlib.import_module("app.runtime.functions").FunctionFailed
            raise failed(str(given["error"]), node=node)
        return given["result"]


_ABOUT_OTHERS = ("send_item", "caught")
"""Functions that are told a node, and do not do its work."""


async def _go_no_further_if_stopped(run: Run) -> None:
    """Waits for the cancellation that is on its way."""
    if run.is_stopped:
        await asyncio.Event().wait()


def _asks_others(value: Any) -> bool:
    """Whether something of a workflow module asks a service or a database for one node."""
    return (
        type(value).__module__.startswith("app.")
        and isinstance(getattr(value, "node", None), str)
        and bool(_asking_methods(cast("type[Any]", type(value))))
    )


def _asking_methods(asking: type[Any]) -> list[tuple[str, Call]]:
    return [
        (name, method)
        for name, method in inspect.getmembers(asking, inspect.iscoroutinefunction)
        if not name.startswith("_") and list(inspect.signature(method).parameters)[1:2] == ["ctx"]
    ]


def _is_runtime(function: Callable[..., Any]) -> bool:
    return function.__module__.startswith(("app.llm.", "app.nodes.", "app.runtime."))


def mark_requests(connection_type: Any) -> None:
    """Lets requests of observed runs say which node they are of, in a header `x-studio-call`."""
    exchange = connection_type.exchange

    async def exchange_marked(self: Any, request: bytes) -> Any:
        run, node = RUN.get(), NODE.get()
        if run is not None and node is not None:
            line, end, rest = request.partition(b"\r\n")
            cursor = CURSOR.get()
            rounds = () if cursor is None else cursor.rounds
            items = ",".join(f"{path}={index}" for path, index in rounds)
            request = b"%b\r\nx-studio-call: %b;%b%b%b" % (
                line,
                run.id.encode(),
                f"{node};{items}".encode("ascii", "replace") if items else node.encode("ascii", "replace"),
                end,
                rest,
            )
        return await exchange(self, request)

    connection_type.exchange = exchange_marked
