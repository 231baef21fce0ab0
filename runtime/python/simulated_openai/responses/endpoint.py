"""`POST /v1/responses`."""

from collections.abc import Callable, Iterable

from simulated_openai.completion import Completion
from simulated_openai.endpoint import Endpoint
from simulated_openai.faults import FaultKind
from simulated_openai.identifiers import response_id
from simulated_openai.json_values import JsonObject
from simulated_openai.replies import Step
from simulated_openai.responses.events import make_events
from simulated_openai.responses.frames import encode_events
from simulated_openai.responses.items import output_items
from simulated_openai.responses.request import ResponsesRequest
from simulated_openai.responses.stored import IssuedItems, StoredConversations
from simulated_openai.responses.whole import whole_response
from simulated_openai.settings import Fault, Settings
from simulated_openai.streams import paced
from simulated_openai.validation.responses import parse_responses_request


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
