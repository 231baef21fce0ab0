"""What an error about a prompt that is too long says: the numbers that OpenAI gave, and where the tokens are.

OpenAI words the error in several ways and tells no more than sums. What each message has is estimated, in such a way
that the estimates sum up to what OpenAI counted.
"""

import re
from collections.abc import Sequence

from app.nodes.llm.catalog import facts_of
from app.nodes.llm.chat_wire import ErrorBody
from app.nodes.llm.models import known_as
from app.nodes.llm.openai_types import OpenAIConfig
from app.nodes.llm.prompt_tokens import description_tokens, message_tokens
from app.runtime.errors import ContextLengthExceeded

_LIMIT = re.compile(r"(?:context length is|limit of) (\d[\d,]*) tokens", re.IGNORECASE)
_COUNTED = re.compile(r"(?:resulted in|requested) (?:about )?(\d[\d,]*) tokens", re.IGNORECASE)
_MESSAGES = re.compile(r"(\d[\d,]*) (?:in|of) (?:the|your) (?:messages|prompt)", re.IGNORECASE)
_FUNCTIONS = re.compile(r"(\d[\d,]*) in the functions", re.IGNORECASE)
_COMPLETION = re.compile(r"(\d[\d,]*) (?:in|for) the completion", re.IGNORECASE)

_LISTED_MESSAGES = 20


def context_length_exceeded(error: ErrorBody) -> ContextLengthExceeded:
    """The error with the numbers that OpenAI's words hold."""
    said = error.message or ""
    limit, completion = _number(_LIMIT, said), _number(_COMPLETION, said)
    counted, in_messages, in_functions = _number(_COUNTED, said), _number(_MESSAGES, said), _number(_FUNCTIONS, said)
    prompt = counted if in_messages is None and completion is None else in_messages
    if in_messages is not None and in_functions is not None:
        prompt = in_messages + in_functions
    return ContextLengthExceeded(
        f"Prompt and answer do not fit the model's context{'' if limit is None else f' of {limit} tokens'}.",
        limit=limit,
        prompt_tokens=prompt,
        completion_tokens=completion,
        requested_tokens=None if prompt == counted else counted,
        function_tokens=in_functions,
    )


def locate_tokens(error: ContextLengthExceeded, config: OpenAIConfig) -> None:
    """Adds where the tokens of the prompt are: `messages` with index, role and estimated tokens, the largest ones if
    there are many, then `other_messages` and `tools`, each with their number and estimated tokens. Nobody's text is in
    them.
    """
    details = error.details
    if details.get("limit") is None and (facts := facts_of(known_as(config))) is not None:
        details["limit"] = facts.context_window
    messages = config.get("messages", [])
    sizes = [message_tokens(message) for message in messages]
    tools = description_tokens(config)
    prompt, functions = details.get("prompt_tokens"), details.get("function_tokens")
    if prompt is not None and functions is not None:
        sizes, tools = _shares(sizes, prompt - functions), functions
    elif prompt is not None:
        *sizes, tools = _shares([*sizes, tools], prompt)
    largest = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    listed = sorted(largest[:_LISTED_MESSAGES])
    details["messages"] = [
        {"index": index, "role": messages[index].get("role"), "estimated_tokens": sizes[index]} for index in listed
    ]
    if len(sizes) > len(listed):
        rest = sum(sizes) - sum(sizes[index] for index in listed)
        details["other_messages"] = {"count": len(sizes) - len(listed), "estimated_tokens": rest}
    if tools:
        count = len(config.get("tools") or ()) + len(config.get("functions") or ())
        details["tools"] = {"count": count, "estimated_tokens": tools}
    if largest:
        first = largest[0]
        role = messages[first].get("role")
        error.hint = f"{error.hint} The largest is messages[{first}] ({role}) with about {sizes[first]} tokens."


def _shares(sizes: Sequence[int], total: int) -> list[int]:
    """The sizes in proportion, as whole numbers that sum up to the total."""
    sum_of_sizes = sum(sizes) or 1
    shares: list[int] = []
    so_far = given = 0
    for size in sizes:
        so_far += size
        shares.append(so_far * total // sum_of_sizes - given)
        given += shares[-1]
    return shares


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found.group(1).replace(",", "")) if found else None
