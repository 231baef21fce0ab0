"""`POST /v1/chat/completions`."""

from collections.abc import Iterable

from simulated_openai.chunks import make_chunks
from simulated_openai.completion import Completion
from simulated_openai.endpoint import Endpoint
from simulated_openai.faults import FaultKind
from simulated_openai.identifiers import completion_id
from simulated_openai.json_values import JsonObject
from simulated_openai.replies import Step
from simulated_openai.request import ChatRequest
from simulated_openai.settings import Fault
from simulated_openai.streams import encode_chunks, paced
from simulated_openai.validation.chat import parse_chat_request
from simulated_openai.whole import whole_answer


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
