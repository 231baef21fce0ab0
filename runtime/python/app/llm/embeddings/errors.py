"""Which of the texts are too long for an embedding, of how many tokens, and what the limit is."""

import re
from collections.abc import Mapping, Sequence

from app.llm.errors import ContextLengthExceeded
from app.llm.failures import ErrorBody
from app.llm.models import ModelFacts
from app.llm.tokens import text_tokens

# OpenAI: "Invalid 'input[3]': maximum input length is 8192 tokens.", "maximum context length is 8192 tokens, however
# you requested 9000 tokens", "Requested 350000 tokens, max 300000 tokens per request". Voyage: "The example at index 3
# in your batch has too many tokens and does not fit into the model's context window of 32000 tokens." Mistral: "Too
# many tokens in batch. Max is 16384 got 17555", "Too many tokens overall, split into more batches." Ollama: "the input
# length exceeds the context length". llama.cpp: "input (600 tokens) is too large to process".
_TOO_LONG = re.compile(
    r"maximum (?:input|context) length|context window of|exceeds (?:the |maximum )*context length|too many tokens"
    r"|too large to process|tokens per request|tokens in (?:the|your) batch",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"tokens per request|per submitted batch|too many tokens (?:in batch|overall)|into more batches", re.IGNORECASE
)
_INDEX = re.compile(r"input\[(\d+)\]|at index (\d+)|input (?:id |#)?(\d+) has", re.IGNORECASE)
_LIMIT = re.compile(r"(?:length is|window of|max(?:imum)?(?: is| of)?) (\d[\d,]*)", re.IGNORECASE)
_COUNTED = re.compile(r"(?:requested|input \(|has|resulted in|got) ?(\d[\d,]*)(?: tokens|$)", re.IGNORECASE)
_LISTED = 20


def code_of(error: ErrorBody, status: int, headers: Mapping[str, str]) -> str | None:
    """The code of a text that is too long, which those who make embeddings tell in words alone."""
    return "context_length_exceeded" if status != 429 and _TOO_LONG.search(error.message or "") else None


def is_about_all(error: ContextLengthExceeded) -> bool:
    """Whether the texts of the request have too many tokens together, and not one of them."""
    return _TOGETHER.search(error.upstream.get("message", "")) is not None


def locate_texts(
    error: ContextLengthExceeded, texts: Sequence[str], places: Sequence[int], model: str, facts: ModelFacts | None
) -> None:
    """Says which texts of a request are too long: `inputs`, each with its index in the input and its tokens, which are
    estimated unless the provider has counted them. Nobody's text is in them.
    """
    words = error.upstream.get("message", "")
    limit = _number(_LIMIT, words) or (None if facts is None else facts.context_window)
    named = _number(_INDEX, words)
    counted = _number(_COUNTED, words) if len(texts) == 1 else None
    tokens = {index: counted or text_tokens(text) for index, text in enumerate(texts)}
    found = {index for index, count in tokens.items() if limit is not None and count > limit}
    if named is not None and named < len(texts):
        found.add(named)
    found = found or {max(tokens, key=lambda index: tokens[index])}
    kind = "tokens" if counted else "estimated_tokens"
    listed = sorted(found)[:_LISTED]
    error.details = {
        "limit": limit,
        "inputs": [{"index": places[index], kind: tokens[index]} for index in listed],
    }
    first = listed[0]
    about = "" if counted else "about "
    most = "" if limit is None else f"; the model takes {limit}"
    more = "" if len(found) == 1 else f" ({len(found)} texts are)"
    error.detail = f"input[{places[first]}] is too long for {model}: {about}{tokens[first]} tokens{most}{more}."
    error.hint = "Split the text into shorter ones, and make an embedding of each."


def _number(pattern: re.Pattern[str], words: str) -> int | None:
    found = pattern.search(words)
    return None if found is None else int(next(group for group in found.groups() if group).replace(",", ""))
