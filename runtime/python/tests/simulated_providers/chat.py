"""`POST /v1/chat/completions`."""

from collections.abc import Iterable

from tests.simulated_providers.chunks import make_chunks
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.endpoint import Endpoint
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.identifiers import completion_id
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.replies import Step
from tests.simulated_providers.request import ChatRequest
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import encode_chunks, paced
from tests.simulated_providers.validation.chat import parse_chat_request
from tests.simulated_providers.whole import whole_answer


class ChatEndpoint(Endpoint[ChatRequest]):
    """Answers with `chat.completion` objects or their chunks."""

    def parse(self, body: bytes) -> ChatRequest:
        """The request in a body."""
        return parse_chat_request(body, self.settings)

    def identify(self, number: int) -> str:
        """The id of an answer and all its chunks."""
        return completion_id(number)

    def whole(self, completion: Completion, request: ChatRequest, kind: FaultKind) -> JsonObject:
        """The `chat.completion` object."""
        answer = whole_answer(completion, request)
        return kind.whole(answer) if kind.whole else answer

    def stream(self, completion: Completion, request: ChatRequest, kind: FaultKind, fault: Fault) -> Iterable[Step]:
        """The chunks as events, then [DONE]."""
        chunks = make_chunks(completion, request, self.settings.tokens_per_chunk)
        if kind.chunks:
            chunks = kind.chunks(chunks, fault)
        frames = encode_chunks(chunks)
        return kind.frames(frames, fault) if kind.frames else paced(frames, self.settings)
