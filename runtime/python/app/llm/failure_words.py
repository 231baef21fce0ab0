"""What servers say in words alone: of what kind an error is, where no code tells it, and how long a prompt was."""

import re

from app.llm import errors
from app.runtime.errors import ServiceError

# Each with who says it.
_CONTEXT_LENGTH = (
    r"maximum context length is \d",  # OpenAI, vLLM, DeepSeek, OpenRouter
    r"\d maximum context length",  # Mistral
    r"maximum context length: \d",  # Fireworks
    r"model token limit: \d",  # Moonshot
    r"maximum prompt length is \d",  # xAI
    r"maximum model length of \d",  # vLLM
    r"input token count .*exceeds the maximum",  # Gemini
    r"inputs. tokens \+ .max_new_tokens. must be",  # Together, and what is built on TGI
    r"longer than the model's context length",  # SGLang
    r"context length of only \d",  # LM Studio
    r"tokens in the prompt cannot exceed \d",  # Cohere
    r"range of input length should be",  # Alibaba
    r"input is too long for requested model",  # Amazon
)
_KINDS: dict[type[ServiceError], tuple[str, ...]] = {
    errors.ContextLengthExceeded: _CONTEXT_LENGTH,
    errors.InvalidApiKey: (
        r"incorrect api key provided",  # xAI
        r"api key not valid",  # Gemini
    ),
    errors.QuotaExceeded: (
        r"used all available credits",  # xAI
        r"reaching the monthly spending limit",  # Fireworks
    ),
    errors.ContentFiltered: (
        r"content violates usage guidelines",  # xAI
        r"content exists risk",  # DeepSeek
    ),
    errors.ModelNotFound: (
        r"model not exist",  # DeepSeek
        r"is not a valid model id",  # OpenRouter
        r"no models loaded",  # LM Studio
    ),
}
_BY_WORDS = {kind: re.compile("|".join(wordings), re.IGNORECASE | re.DOTALL) for kind, wordings in _KINDS.items()}

# OpenAI has several ways to say that a prompt is too long, and tells no more than sums. Anthropic says
# "208310 tokens > 200000 maximum", or of both together "context limit: 188240 + 21333 > 200000".
_NUMBERS = {
    "limit": (
        r"(?:context length is|limit of|prompt length is) (\d[\d,]*)",
        r"\d > (\d+)",
        r"tokens > (\d+) maximum",
        r"(?:limit is|token limit:|context length:|must be <=|cannot exceed|length of(?: only)?) (\d+)",
        r"(?:tokens allowed|context length) \(?(\d+)",
        r"(\d+) maximum context length",
    ),
    "counted": (
        r"(?:resulted in|requested|too long:|contains) (?:about )?(\d[\d,]*) tokens",
        r"(?:requested:|current length is|too long:|received|given:) (\d+)",
        r"(?:token count|input|prompt) \((?:length )?(\d+)",
    ),
    "messages": (
        r"(\d[\d,]*) (?:(?:in|of) (?:the|your) (?:messages|prompt)|of text input|input tokens)",
        r"context limit: (\d+) \+",
    ),
    "functions": (r"(\d[\d,]*) in the functions",),
    "completion": (
        r"(\d[\d,]*) (?:in|for) the (?:completion|output)",
        r"too large: (\d+)",
        r"\d \+ (\d+) >",
    ),
}


def kind_in_words(message: str) -> type[ServiceError] | None:
    """The kind of an error that its words alone tell."""
    return next((kind for kind, wordings in _BY_WORDS.items() if wordings.search(message)), None)


def context_length_exceeded(message: str) -> errors.ContextLengthExceeded:
    """The error with the numbers that the provider's words hold."""

    def number(name: str) -> int | None:
        found = re.search(f"(?:{'|'.join(_NUMBERS[name])})", message, re.IGNORECASE)
        return int(next(filter(None, found.groups())).replace(",", "")) if found else None

    limit, completion, counted = number("limit"), number("completion"), number("counted")
    in_messages, in_functions = number("messages"), number("functions")
    prompt = counted if in_messages is None and completion is None else in_messages
    if in_messages is not None and in_functions is not None:
        prompt = in_messages + in_functions
    return errors.ContextLengthExceeded(
        f"Prompt and answer do not fit the model's context{'' if limit is None else f' of {limit} tokens'}.",
        limit=limit,
        prompt_tokens=prompt,
        completion_tokens=completion,
        requested_tokens=None if prompt == counted else counted,
        function_tokens=in_functions,
    )
