"""An estimate of tokens that needs no vocabulary.

A token here is a run of at most eight Latin letters with its leading space, of at most three digits, of white space, or
any other single character. English prose comes out within some 20 % of the real count, code and other scripts less
exactly. What matters to clients holds exactly: the pieces of a text joined are the text, a streamed answer has one
piece per token, and so a text costs the same however it is sent.
"""

import re
from typing import Any

from tests.simulated_providers.json_values import JsonObject, compact, is_array, objects

PIECE = re.compile(r" ?[A-Za-z\u00c0-\u024f]{1,8}| ?\d{1,3}|\n+|[^\S\n]+(?= )|.", re.DOTALL)

# https://github.com/openai/openai-cookbook, "How to count tokens": three tokens per message and reply.
PER_MESSAGE = 3
REPLY_START = 3
# https://platform.openai.com/docs/guides/images-vision: a low-detail image.
PER_IMAGE = 85


def pieces(text: str) -> list[str]:
    """The estimated tokens of a text, in order; joined they are the text."""
    return PIECE.findall(text)


def count(text: str) -> int:
    """The estimated number of tokens of a text."""
    return len(PIECE.findall(text))


def count_message(message: JsonObject) -> int:
    """The estimated tokens of one message of a request, with its overhead."""
    total = PER_MESSAGE + 1
    content: Any = message.get("content")
    if isinstance(content, str):
        total += count(content)
    elif is_array(content):
        for part in objects(content):
            text: Any = part.get("text") or part.get("refusal")
            total += count(text) if isinstance(text, str) else PER_IMAGE
    if isinstance(message.get("name"), str):
        total += 1 + count(message["name"])
    for call in [*objects(message.get("tool_calls")), *objects([message.get("function_call")])]:
        total += count(compact(call.get("function", call)))
    return total
