"""Decoder for a Chat Completions answer in one piece, without I/O.

https://platform.openai.com/docs/api-reference/chat/object
"""

import msgspec

from app.nodes.llm.chat_wire import CallDelta, decode_whole
from app.nodes.llm.failures import error_in_stream
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
        raise StreamMalformed("The answer is not a completion.") from None
    if whole.error is not None:
        raise error_in_stream(body)
    choice = whole.choices[0] if whole.choices else None
    if choice is None or choice.message is None:
        raise StreamMalformed("The answer holds no message.")
    answer = ModelAnswer(whole.model or model)
    answer.id = whole.id or ""
    answer.service_tier = whole.service_tier
    answer.fingerprint = whole.system_fingerprint
    answer.usage = None if whole.usage is None else whole.usage.counts()
    answer.finish_reason = choice.finish_reason
    message = choice.message
    if message.content:
        answer.text.append(message.content)
    if message.refusal:
        answer.refusal.append(message.refusal)
    calls = [call for call in message.tool_calls or () if call is not None]
    if message.function_call is not None:
        calls.append(CallDelta(function=message.function_call))
    for call in calls:
        parts = CallParts(call.id or f"call_{len(answer.calls)}")
        if call.function is not None:
            parts.name = call.function.name or ""
            parts.arguments.append(call.function.arguments or "")
        answer.calls.append(parts)
    return answer
