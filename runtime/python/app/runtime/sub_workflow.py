"""Workflows that another workflow calls: as a step, or as a tool of a model."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec.structs import replace
from pydantic import BaseModel, ValidationError

from app.runtime.context import ExecutionContext, Reply, milliseconds_since
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink
from app.runtime.functions import FunctionFailed, InvalidFunctionArguments, argument_problems
from app.runtime.problems import as_service_error
from app.runtime.usage import UsageMeter

Input = TypeVar("Input", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SubWorkflow(Generic[Input]):
    """A workflow of the project, as others call it: by its `run`, without HTTP.

    It shares the caller's connections, keys, variables and execution id, and its usage counts for the caller as well.
    Nobody hears what it streams.
    """

    name: str
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]]
    input_model: type[Input]

    async def call(self, ctx: ExecutionContext, node: str, arguments: dict[str, Any]) -> Any:
        """Runs it as the step `node`; gives the output of its reply, whatever the status.

        Raises:
            InvalidFunctionArguments: the arguments do not fit its input.
            ServiceError: it failed; `node` is the step in it that did, `workflow` its name, and `called_by` lists the
                steps that led there, the outermost first.
        """
        return await self._run(ctx, node, self._checked(node, arguments))

    async def call_as_tool(self, ctx: ExecutionContext, node: str, arguments: dict[str, Any]) -> Any:
        """As `call`, but that it failed is said so that a model can be told.

        Raises:
            InvalidFunctionArguments: the arguments do not fit its input.
            FunctionFailed: it failed.
            ServiceError: it failed for what only the operator of the service can mend.
        """
        checked = self._checked(node, arguments)
        try:
            return await self._run(ctx, node, checked)
        except ServiceError as error:
            if error.for_operator:
                raise
            raise FunctionFailed(f"The workflow {self.name} failed: {error.title}.", node=node) from error

    def _checked(self, node: str, arguments: dict[str, Any]) -> Input:
        try:
            return self.input_model.model_validate(arguments)
        except ValidationError as error:
            raise InvalidFunctionArguments(
                f"The arguments for the workflow {self.name} do not fit its input.",
                node=node,
                errors=argument_problems(error),
            ) from None

    def _sink(self, ctx: ExecutionContext, node: str) -> EventSink | None:
        """Who hears what it streams."""
        return None

    async def _run(self, ctx: ExecutionContext, node: str, arguments: Input) -> Any:
        started = time.perf_counter()
        sink, usage = self._sink(ctx, node), UsageMeter(within=ctx.usage)
        within = f"{ctx.within}{node}/"
        inner = replace(ctx, sink=sink, usage=usage, node_timings={}, started=started, within=within)
        try:
            reply = await self.run(inner, arguments)
        except Exception as error:
            found = as_service_error(error)
            if found.node is not None:
                found.details.setdefault("workflow", self.name)
            found.details["called_by"] = [node, *found.details.get("called_by", [])]
            raise found from found.__cause__
        finally:
            ctx.node_timings.update({f"{node}.{name}": spent for name, spent in inner.node_timings.items()})
            ctx.node_timings[node] = milliseconds_since(started)
        return reply.output
