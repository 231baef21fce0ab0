"""`POST /v1/responses`."""

from collections.abc import Callable, Mapping

from tests.simulated_providers.api import Api
from tests.simulated_providers.apis.responses.answer import output_items, whole_response
from tests.simulated_providers.apis.responses.conversation import IssuedItems, StoredConversations, messages_of
from tests.simulated_providers.apis.responses.events import make_events
from tests.simulated_providers.apis.responses.faults import RESPONSE_FAULTS, SHARED_IN_RESPONSES
from tests.simulated_providers.apis.responses.request import ResponsesRequest, parse_responses_request
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.identifiers import hexadecimal
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.models import Model, find_model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.streams import Event, Events, Frames, encode_events

KEEP_ALIVE = "keepalive"
# `response.created` and `response.in_progress` leave before the model has begun.
AT_ONCE = 2


class Responses(Api[ResponsesRequest]):
    """Answers with `response` objects or their events, and remembers them unless told not to."""

    path = "/v1/responses"
    faults = (*SHARED_IN_RESPONSES, *RESPONSE_FAULTS)

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        super().__init__(settings, clock)
        self._stored = StoredConversations()
        self._issued = IssuedItems()

    def find(self, name: str) -> Model | None:
        """The model of a name."""
        return find_model(name)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> ResponsesRequest:
        """The request in a body, with the conversation it goes on with."""
        return parse_responses_request(body, self.settings, self._stored, self._issued, self.find)

    def identify(self, number: int) -> str:
        """The id of a response."""
        return f"resp_{hexadecimal(f'response {number}', 50)}"

    def whole(self, completion: Completion, request: ResponsesRequest) -> JsonObject:
        """The `response` object."""
        self._keep(completion, request)
        return whole_response(completion, request)

    def events(self, completion: Completion, request: ResponsesRequest) -> Events:
        """From `response.created` to the terminal event."""
        self._keep(completion, request)
        return make_events(completion, request, self.settings.tokens_per_chunk)

    def frames(self, events: Events) -> Frames:
        """The events, numbered. What says nothing new is the event that OpenAI sends while a model thinks."""
        numbers = iter(range(len(events.every())))
        groups = (events.opening, events.content, events.finish)
        numbered = Events(*([_numbered(each, next(numbers)) for each in group] for group in groups))
        idle = _numbered(Event(KEEP_ALIVE, {"type": KEEP_ALIVE}), len(events.opening))
        return encode_events(numbered, idle=idle, at_once=AT_ONCE)

    def conversation(self, body: JsonObject) -> list[JsonObject]:
        """The messages of a request; those of the turns it refers to are not among them."""
        given = body["input"]
        return [{"role": "user", "content": given}] if isinstance(given, str) else messages_of(objects(given))

    def _keep(self, completion: Completion, request: ResponsesRequest) -> None:
        items = output_items(completion, request)
        self._issued.keep(items)
        if request.store:
            self._stored.keep(completion.id, [*request.items, *items])


def _numbered(event: Event, number: int) -> Event:
    return event._replace(data={**event.data, "sequence_number": number})
