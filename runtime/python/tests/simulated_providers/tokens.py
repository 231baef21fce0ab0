"""An estimate of tokens that needs no vocabulary.

A token here is a run of at most eight Latin letters with its leading space, of at most three digits, of white space, or
any other single character. English prose comes out within some 20 % of the real count, code and other scripts less
exactly. What matters to clients holds exactly: the pieces of a text joined are the text, a streamed answer has one
piece per token, and so a text costs the same however it is sent.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.simulated_providers.json_values import JsonObject, compact, is_array, objects

PIECE = re.compile(r" ?[A-Za-z\u00c0-\u024f]{1,8}| ?\d{1,3}|\n+|[^\S\n]+(?= )|.", re.DOTALL)

# https://github.com/openai/openai-cookbook, "How to count tokens": three tokens per message and reply.
PER_MESSAGE = 3
REPLY_START = 3
# https://platform.openai.com/docs/guides/images-vision: a low-detail image.
PER_IMAGE = 85

# Log probabilities: of a token itself, and how much less likely each alternative is than the one before.
FIRST = -0.01
STEP = -1.25


def split_tokens(text: str) -> list[str]:
    """The estimated tokens of a text, in order; joined they are the text."""
    return PIECE.findall(text)


def batches(pieces: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """So many tokens at a time."""
    for start in range(0, len(pieces), size):
        yield pieces[start : start + size]


def count_tokens(text: str) -> int:
    """The estimated number of tokens of a text."""
    return len(split_tokens(text))


def count_message(message: JsonObject) -> int:
    """The estimated tokens of one message of a request, with its overhead."""
    total = PER_MESSAGE + 1
    content: Any = message.get("content")
    if isinstance(content, str):
        total += count_tokens(content)
    elif is_array(content):
        for part in objects(content):
            text: Any = part.get("text") or part.get("refusal")
            total += count_tokens(text) if isinstance(text, str) else PER_IMAGE
    if isinstance(message.get("name"), str):
        total += 1 + count_tokens(message["name"])
    for call in [*objects(message.get("tool_calls")), *objects([message.get("function_call")])]:
        total += count_tokens(compact(call.get("function", call)))
    return total


def logprobs(pieces: Sequence[str], alternatives: int, *, refused: bool = False) -> JsonObject:
    """The `logprobs` of some tokens with so many alternatives each, made up but in the right form.

    Source: https://platform.openai.com/docs/api-reference/chat/object, `choices[].logprobs`
    """
    entries = [_entry(piece, alternatives) for piece in pieces]
    return {"content": None if refused else entries, "refusal": entries if refused else None}


def _entry(piece: str, alternatives: int) -> JsonObject:
    likely = [_token(piece if rank == 0 else f"{piece}{rank}", FIRST + rank * STEP) for rank in range(alternatives)]
    return {**_token(piece, FIRST), "top_logprobs": likely}


def _token(text: str, probability: float) -> JsonObject:
    return {"token": text, "logprob": probability, "bytes": list(text.encode())}
