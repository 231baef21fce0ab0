"""`POST /v1/responses`."""

from collections.abc import Callable, Iterable

from tests.simulated_providers.completion import Completion
from tests.simulated_providers.endpoint import Endpoint
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.identifiers import response_id
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.replies import Step
from tests.simulated_providers.responses.events import make_events
from tests.simulated_providers.responses.frames import encode_events
from tests.simulated_providers.responses.items import output_items
from tests.simulated_providers.responses.request import ResponsesRequest
from tests.simulated_providers.responses.stored import IssuedItems, StoredConversations
from tests.simulated_providers.responses.whole import whole_response
from tests.simulated_providers.settings import Fault, Settings
from tests.simulated_providers.streams import paced
from tests.simulated_providers.validation.responses import parse_responses_request


class ResponsesEndpoint(Endpoint[ResponsesRequest]):
    """Answers with `response` objects or their events, and remembers them unless told not to."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        super().__init__(settings, clock)
        self._stored = StoredConversations()
        self._issued = IssuedItems()

    def parse(self, body: bytes) -> ResponsesRequest:
        """The request in a body, with the conversation it goes on with."""
        return parse_responses_request(body, self.settings, self._stored, self._issued)

    def identify(self, number: int) -> str:
        """The id of a response."""
        return response_id(number)

    def whole(self, completion: Completion, request: ResponsesRequest, kind: FaultKind) -> JsonObject:
        """The `response` object."""
        self._keep(completion, request)
        response = whole_response(completion, request)
        return kind.response(response) if kind.response else response

    def stream(
        self, completion: Completion, request: ResponsesRequest, kind: FaultKind, fault: Fault
    ) -> Iterable[Step]:
        """The numbered events."""
        self._keep(completion, request)
        events = make_events(completion, request, self.settings.tokens_per_chunk)
        if kind.events:
            return paced(encode_events(kind.events(events, fault)), self.settings)
        frames = encode_events(events)
        return kind.frames(frames, fault) if kind.frames else paced(frames, self.settings)

    def _keep(self, completion: Completion, request: ResponsesRequest) -> None:
        items = output_items(completion, request)
        self._issued.keep(items)
        if request.store:
            self._stored.keep(completion.id, [*request.items, *items])
