"""How the Responses API is spoken."""

from app.llm.apis.responses.details import ResponseDetails
from app.llm.apis.responses.request import responses_request
from app.llm.apis.responses.stream import ResponsesStream
from app.llm.calls import AnswerWithCalls, call_ids
from app.llm.provider import Api
from app.llm.request import ModelRequest


def _open_stream(request: ModelRequest, max_event_bytes: int) -> ResponsesStream:
    return ResponsesStream(
        AnswerWithCalls(
            request.model,
            show_reasoning=request.show_reasoning,
            used_ids=call_ids(request.messages),
            server=request.server,
        ),
        max_event_bytes=max_event_bytes,
        calls_end_as=request.calls_end_as,
        details=ResponseDetails(logprobs=request.logprobs) if request.logprobs or request.calls else None,
    )


RESPONSES = Api("responses", "/responses", responses_request, _open_stream, calls=True, logprobs=True)
