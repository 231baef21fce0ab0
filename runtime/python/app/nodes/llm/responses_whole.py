"""Decoder for an answer of the Responses API in one piece, without I/O.

https://platform.openai.com/docs/api-reference/responses/object
"""

from collections.abc import Iterable

import msgspec

from app.nodes.llm.failures import known_error
from app.nodes.llm.model_answer import ModelAnswer
from app.nodes.llm.responses_end import note_end
from app.nodes.llm.responses_wire import Item, decode_response
from app.runtime.errors import StreamMalformed


def read_whole_response(
    body: bytes, model: str, *, calls_end_as: str = "tool_calls", used_ids: Iterable[str] = ()
) -> ModelAnswer:
    """Collects what the answer's items say. Items other than messages and function calls are passed over; calls get
    other ids than `used_ids`, those of earlier calls.

    Raises:
        StreamMalformed: the body is not a response.
        ServiceError: the response failed, or the provider reports an error in an answer that claims to be fine.
    """
    try:
        response = decode_response(body)
    except msgspec.DecodeError:
        raise known_error(body) or StreamMalformed("The answer is not a response.") from None
    answer = ModelAnswer(response.model or model)
    answer.id = response.id or ""
    answer.used_ids.update(used_ids)
    for item in response.output or ():
        if item is not None:
            _take(item, answer)
    note_end(answer, response, response.status, calls_end_as)
    if response.output is None:
        raise known_error(body) or StreamMalformed("The answer is not a response.")
    return answer


def _take(item: Item, answer: ModelAnswer) -> None:
    if item.type == "function_call":
        call = answer.begin_call(item.call_id)
        call.name = item.name or ""
        call.arguments.append(item.arguments_text)
    elif item.type == "message":
        answer.text += item.texts()
        answer.refusal += item.refusals()
