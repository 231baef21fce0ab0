"""What a fault is: at which stage of an answer it takes effect, and how."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.simulated_providers.chunks import Chunks
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.replies import Reply, Step
from tests.simulated_providers.responses.events import Events
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Frames


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault in the table. A stage that is None is left as it is, so a fault of streams alone spares whole answers.

    `reply` replaces the whole answer, before the request is even looked at.
    `completion` changes what the model says, whole or streamed.
    `chunks` changes the chunks of a stream; `frames` turns its events into steps, in place of the steady ones.
    `whole` changes the object of a whole answer; `body` turns its bytes into steps.
    `wrap` changes the finished reply, whole or streamed.

    On the Responses API `events` stands for `chunks` and `frames` together, and `response` for `whole`. A fault without
    `events` has its `frames` there too.
    """

    name: str
    about: str
    reply: Callable[[Fault], Reply] | None = None
    completion: Callable[[Completion, Fault], Completion] | None = None
    chunks: Callable[[Chunks, Fault], Chunks] | None = None
    frames: Callable[[Frames, Fault], Iterable[Step]] | None = None
    whole: Callable[[JsonObject], JsonObject] | None = None
    events: Callable[[Events, Fault], Events] | None = None
    response: Callable[[JsonObject], JsonObject] | None = None
    body: Callable[[bytes, Fault], Iterable[Step]] | None = None
    wrap: Callable[[Reply, Fault], Reply] | None = None
