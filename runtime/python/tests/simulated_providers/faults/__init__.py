"""Everything that can go wrong: what a fault is, and beside it those that every API can have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.simulated_providers.asgi import Reply, Step
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Events, Frames


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault in a table. A stage that is None is left as it is, so a fault of streams alone spares whole answers.

    `refusal` and `reply` replace the whole answer, before the request is even looked at.
    `completion` changes what the model says, whole or streamed.
    `events` changes the events of a stream; without it, `frames` turns their bytes into steps, in place of the steady
    ones.
    `whole` changes the object of a whole answer; `body` turns its bytes into steps.
    `wrap` changes the finished reply, whole or streamed.
    """

    name: str
    about: str
    refusal: Callable[[Fault], ApiError] | None = None
    reply: Callable[[Fault], Reply] | None = None
    completion: Callable[[Completion, Fault], Completion] | None = None
    events: Callable[[Events, Fault], Events] | None = None
    frames: Callable[[Frames, Fault], Iterable[Step]] | None = None
    whole: Callable[[JsonObject], JsonObject] | None = None
    body: Callable[[bytes, Fault], Iterable[Step]] | None = None
    wrap: Callable[[Reply, Fault], Reply] | None = None
