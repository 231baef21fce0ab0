"""Decoder for a Chat Completions answer in one piece, without I/O.

https://platform.openai.com/docs/api-reference/chat/object
"""

from collections.abc import Iterable

import msgspec

from app.nodes.llm.chat_wire import CallDelta, decode_whole, text_of
from app.nodes.llm.failures import error_in_stream, known_error
from app.nodes.llm.finish_reasons import finish_reason_of
from app.nodes.llm.model_answer import ModelAnswer
from app.runtime.errors import StreamMalformed


def read_whole_answer(body: bytes, model: str, used_ids: Iterable[str] = ()) -> ModelAnswer:
    """Collects what the answer's first choice says. Its calls get other ids than `used_ids`, those of earlier calls.

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
    message = choice.message
    text = text_of(message.content)
    if text:
        answer.text.append(text)
    if message.refusal:
        answer.refusal.append(message.refusal)
    answer.used_ids.update(used_ids)
    calls = [call for call in message.tool_calls or () if call is not None and call.says_something]
    if message.function_call is not None and message.function_call.says_something and not calls:
        calls.append(CallDelta(function=message.function_call))
    for call in calls:
        parts = answer.begin_call(call.id)
        if call.function is not None:
            parts.name = call.function.name or ""
            parts.arguments.append(call.function.text)
    said = finish_reason_of(choice.finish_reason) if choice.finish_reason else None
    # An answer in one piece that says something has come to its end, whether the server gives a reason or not.
    answer.finish_reason = said or ("stop" if answer.has_content else None)
    return answer
