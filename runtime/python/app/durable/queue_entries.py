"""Steps that put entries into the queues of the service."""

import hashlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from pydantic import BaseModel, ValidationError
from typing_extensions import TypedDict

from app.durable.engine import Engine
from app.durable.journal import outside, patiently
from app.durable.lanes import LANE
from app.durable.queues import Queue, Queues
from app.durable.serving import KeyReused, reached
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.functions import InvalidFunctionArguments, argument_problems
from app.runtime.timing import timed_step

_LONGEST_KEY = 255


class NoQueue(ServiceError, code="no_queue", title="No such queue", status=500):
    """A step puts something into a queue that the service does not have, or has not opened."""

    hint = "Build the service anew with the workflow that begins with the queue, and ask it by its endpoint."
    for_operator = True


class QueuedEntry(TypedDict):
    """Where an entry is: the id of its run, its queue, and the path at which the service tells how it stands."""

    id: str
    queue: str
    location: str


@dataclass(frozen=True, slots=True)
class QueueEntries:
    """A step that puts entries into a queue, which may begin after `delay` seconds."""

    node: str
    queue: str
    urgency: int = 3
    delay: float = 0.0

    async def put(self, ctx: ExecutionContext, entry: Mapping[str, Any], *, key: str | None = None) -> QueuedEntry:
        """Puts an entry into the queue; with a `key` once for all that have it, as `Idempotency-Key` does.

        Raises:
            InvalidFunctionArguments: the entry does not fit what the queue takes, or the key cannot be one.
            KeyReused: the key came with another entry before.
            NoQueue: the service does not have the queue.
            RunsUnreachable: the database does not answer, where the run is not kept itself.
        """
        queue, engine = self._opened(ctx)
        inputs = self._checked(engine.input_model(queue.workflow), entry)
        if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
            raise InvalidFunctionArguments("The key has to be 1 to 255 printable characters.", node=self.node)
        own_id = _own_id()

        async def put() -> str:
            run_id = own_id
            if key is not None:
                run_id, same = await engine.once(key, queue.workflow, inputs)
                if not same:
                    raise KeyReused("This key came with another entry before.", node=self.node)
            return await queue.put(engine, inputs, run_id, urgency=self.urgency, delay=self.delay)

        with timed_step(ctx, self.node):
            run_id = await _answered(engine, put)
        return QueuedEntry(id=run_id, queue=self.queue, location=f"/runs/{run_id}")

    def _opened(self, ctx: ExecutionContext) -> tuple[Queue, Engine]:
        found = ctx.pools.shared(Queues).opened.get(self.queue)
        if found is None:
            raise NoQueue(f"The queue {self.queue} is not open here.", node=self.node)
        return found

    def _checked(self, model: type[BaseModel], entry: Mapping[str, Any]) -> BaseModel:
        try:
            return model.model_validate(entry)
        except ValidationError as error:
            raise InvalidFunctionArguments(
                f"The entry does not fit what the queue {self.queue} takes.",
                node=self.node,
                errors=argument_problems(error),
            ) from None


def _own_id() -> str:
    """The id of an entry without a key: where the run is kept that of its step, so that a step which is taken again
    puts the same one in.
    """
    lane = LANE.get()
    if lane is None:
        return token_hex(16)
    told = f"entry {lane.journal.run} {lane.latest}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


async def _answered(engine: Engine, put: Callable[[], Coroutine[Any, Any, str]]) -> str:
    """What the database answers: a run that is kept waits for it, another one as long as its caller would."""
    lane = LANE.get()
    if lane is None:
        return await reached(engine, put())
    return await patiently(lane.journal.run, lambda: outside(put()))
