"""examples/support-chat with the LiteLLM SDK."""

import os

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

from collections.abc import AsyncIterator
from typing import Any

import litellm
import msgspec

from services.others.support_chat import FUNCTION, MAX_TOKENS, MODEL, Answered, Question, support_chat
from services.serving import serve

REQUEST: dict[str, Any] = {
    "model": f"openai/{MODEL}",
    "max_completion_tokens": MAX_TOKENS,
    "tools": [{"type": "function", "function": FUNCTION}],
}


def _messages(question: Question) -> list[dict[str, str]]:
    return [{"role": "system", "content": question.system()}, {"role": "user", "content": question.message}]


def _used(end: Answered, usage: Any) -> None:
    end.prompt_tokens = usage.prompt_tokens
    end.completion_tokens = usage.completion_tokens


async def streamed(question: Question) -> AsyncIterator[str | Answered]:
    """The answer as it comes."""
    end = Answered()
    arguments = ""
    options = {"stream": True, "stream_options": {"include_usage": True}}
    async for chunk in await litellm.acompletion(**REQUEST, **options, messages=_messages(question)):
        if getattr(chunk, "usage", None):
            _used(end, chunk.usage)
        if not chunk.choices:
            continue
        choice = chunk.choices[0]
        if choice.delta.content:
            yield choice.delta.content
        for call in choice.delta.tool_calls or ():
            end.call_id = call.id or end.call_id
            arguments += call.function.arguments or ""
        end.finish_reason = choice.finish_reason or end.finish_reason
    if arguments:
        end.arguments = msgspec.json.decode(arguments)
    yield end


async def whole(question: Question) -> AsyncIterator[str | Answered]:
    """The answer in one piece."""
    completion: Any = await litellm.acompletion(**REQUEST, messages=_messages(question))
    message = completion.choices[0].message
    end = Answered(text=message.content or "")
    _used(end, completion.usage)
    if message.tool_calls:
        end.arguments = msgspec.json.decode(message.tool_calls[0].function.arguments)
    yield end


if __name__ == "__main__":
    serve(support_chat(streamed, whole))
