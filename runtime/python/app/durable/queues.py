"""Workflows whose runs stand in a queue until there is room for them; DBOS hands them out.

A run that has failed is tried again as a new one that begins where it failed, after a while and as often as its queue
says. What has failed then is a dead letter, until somebody sends it again.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from dbos import DBOS, SetWorkflowID
from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.durable.dead_letters import dead_letters_router
from app.durable.engine import Engine
from app.durable.journal import outside
from app.durable.operator import require_operator
from app.durable.outcomes import STATUSES, Run
from app.durable.parts import Part
from app.durable.queue_settings import QueueSettings
from app.durable.retrying import first_to_repeat
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError
from app.runtime.log import log_event
from app.runtime.settings import Settings

Input = TypeVar("Input")

_URGENCY = re.compile(r"u=([0-7])")
_USUAL_URGENCY = 3
_LONGEST_BACKOFF_SECONDS = 86_400.0


@dataclass(eq=False)
class Queue(Part):
    """A queue of runs of a workflow. So many go on at the same time in all, and in each process; `limit` runs begin
    within `seconds`. One that fails is tried again `retries` times, after `backoff` seconds, each time twice as many.
    """

    name: str
    workflow: str
    concurrency: int | None = None
    per_process: int | None = None
    limit: int | None = None
    seconds: float = 60.0
    retries: int = 0
    backoff: float = 10.0

    def __post_init__(self) -> None:
        self.routers = (dead_letters_router(self),)

    def register(self, engine: Engine) -> None:
        """As in Part."""
        engine.process.pools.shared(Queues).opened[self.name] = self, engine

    async def start(self) -> None:
        """As in Part."""
        await DBOS.register_queue_async(
            self.name,
            global_concurrency=self.concurrency,
            worker_concurrency=self.per_process,
            limiter=None if self.limit is None else {"limit": self.limit, "period": self.seconds},
            polling_interval_sec=QueueSettings.load().queue_poll_seconds,
        )

    async def begin(
        self, request: Request, engine: Engine, inputs: BaseModel, run_id: str | None, caller: Mapping[str, Any] | None
    ) -> str:
        """Puts a run into the queue. Those with a lower urgency in `Priority: u=…` (RFC 9218) come first."""
        urgency = _URGENCY.search(request.headers.get("priority", ""))
        return await self.put(
            engine, inputs, run_id, caller=caller, urgency=_USUAL_URGENCY if urgency is None else int(urgency[1])
        )

    async def put(
        self,
        engine: Engine,
        inputs: BaseModel,
        run_id: str | None,
        *,
        caller: Mapping[str, Any] | None = None,
        urgency: int,
        delay: float = 0.0,
    ) -> str:
        """Puts a run into the queue, which may begin after `delay` seconds, and gives its id."""
        return await engine.enqueue(
            self.name, self.workflow, inputs, run_id, caller=caller, priority=1 + urgency, delay=delay
        )

    @staticmethod
    async def admit(request: Request) -> None:
        """Lets in who may put something into the queue.

        Raises:
            NotAllowed: 403, he has not sent the service's token.
        """
        require_operator(request, QueueSettings.load().queue_token, "QUEUE_TOKEN")

    def retrying(
        self, run: Callable[[ExecutionContext, Input], Awaitable[Reply]]
    ) -> Callable[[ExecutionContext, Input], Awaitable[Reply]]:
        """A workflow's `run` that puts itself into the queue again when it fails, as long as it may."""

        async def run_again(ctx: ExecutionContext, inputs: Input) -> Reply:
            try:
                return await run(ctx, inputs)
            except Exception as error:
                await self._try_again(ctx.execution_id, error)
                raise

        return run_again

    async def _try_again(self, run_id: str, error: Exception) -> None:
        try:
            run = await outside(Run.find(run_id))
            if run is None:
                return
            before = await self._tries_before(run)
            if before < self.retries and not (isinstance(error, ServiceError) and error.for_operator):
                wait = min(self.backoff * 2**before, _LONGEST_BACKOFF_SECONDS)
                again = await outside(self.put_again(run, _id_after(run_id)))
                await outside(DBOS.set_workflow_delay_async(again, delay_seconds=wait))
                log_event("queued_again", execution_id=run_id, again=again, queue=self.name, seconds=wait)
        except SQLAlchemyError as failed:
            log_event("not_queued_again", execution_id=run_id, queue=self.name, reason=type(failed).__name__)

    async def _tries_before(self, run: Run) -> int:
        """How often a run has been tried by itself before."""
        count, each = 0, run
        while (earlier := each.status.forked_from) is not None and each.status.workflow_id == _id_after(earlier):
            found = await outside(Run.find(earlier))
            if found is None:
                break
            count, each = count + 1, found
        return count

    async def put_again(self, run: Run, again: str) -> str:
        """Puts a run that has failed into the queue once more, to begin where it failed; its new id is `again`."""
        begin = await first_to_repeat(run)
        with SetWorkflowID(again):
            handle = await DBOS.fork_workflow_async(
                run.status.workflow_id,
                begin,
                application_version=DBOS.application_version,
                queue_name=self.name,
            )
        return handle.get_workflow_id()

    async def dead(self, limit: int, offset: int) -> list[Run]:
        """The runs that have failed for good, the latest first."""
        found = await DBOS.list_workflows_async(
            name=self.workflow,
            status=STATUSES["failed"],
            was_forked_from=False,
            sort_desc=True,
            limit=limit,
            offset=offset,
        )
        return [Run(status) for status in found]


class Queues:
    """The queues of a process by their names, each with the engine that has opened it."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.opened: dict[str, tuple[Queue, Engine]] = {}

    async def aclose(self) -> None:
        """Ends nothing; the queues are the engine's."""


def _id_after(run_id: str) -> str:
    """The id of the run that tries one again by itself: always the same, and no easier to guess."""
    return hashlib.sha256(f"again {run_id}".encode()).hexdigest()[:32]
