"""Decoder for a Chat Completions answer in one piece, without I/O.

https://platform.openai.com/docs/api-reference/chat/object
"""

import msgspec

from app.nodes.llm.chat_wire import CallDelta, decode_whole, text_of
from app.nodes.llm.failures import error_in_stream, known_error
from app.nodes.llm.finish_reasons import finish_reason_of
from app.nodes.llm.model_answer import CallParts, ModelAnswer
from app.runtime.errors import StreamMalformed


def read_whole_answer(body: bytes, model: str) -> ModelAnswer:
    """Collects what the answer's first choice says.

    Raises:
        StreamMalformed: the body is not a completion.
        ServiceError: the provider reports an error in an answer that claims to be fine.
    """
    try:
        whole = decode_whole(body)
    except msgspec.DecodeError:
        raise known_error(body) or StreamMalformed("The answer is not a completion.") from None
    if whole.error:
        raise error_in_stream(body)
    choice = next((one for one in whole.choices or () if one is not None and not one.index), None)
    if choice is None or choice.message is None:
        raise known_error(body) or StreamMalformed("The answer holds no message.")
    answer = ModelAnswer(whole.model or model)
    answer.id = whole.id or ""
    answer.service_tier = whole.service_tier
    answer.fingerprint = whole.system_fingerprint
    answer.usage = None if whole.usage is None else whole.usage.counts()
    answer.finish_reason = finish_reason_of(choice.finish_reason) if choice.finish_reason else None
    message = choice.message
    text = text_of(message.content)
    if text:
        answer.text.append(text)
    if message.refusal:
        answer.refusal.append(message.refusal)
    calls = [call for call in message.tool_calls or () if call is not None]
    if message.function_call is not None and not calls:
        calls.append(CallDelta(function=message.function_call))
    for call in calls:
        parts = CallParts(call.id or f"call_{len(answer.calls)}")
        if call.function is not None:
            parts.name = call.function.name or ""
            parts.arguments.append(call.function.text)
        answer.calls.append(parts)
    return answer
