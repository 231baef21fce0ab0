"""Log probabilities, made up but in the right form: the token itself first, each alternative less likely.

Source: https://platform.openai.com/docs/api-reference/chat/object, `choices[].logprobs`
"""

from tests.simulated_providers.json_values import JsonObject

FIRST = -0.01
STEP = -1.25


def logprobs(pieces: list[str], alternatives: int, *, refused: bool = False) -> JsonObject:
    """The `logprobs` of some tokens with so many alternatives each."""
    entries = [_entry(piece, alternatives) for piece in pieces]
    return {"content": None if refused else entries, "refusal": entries if refused else None}


def _entry(piece: str, alternatives: int) -> JsonObject:
    likely = [_token(piece if rank == 0 else f"{piece}{rank}", FIRST + rank * STEP) for rank in range(alternatives)]
    return {**_token(piece, FIRST), "top_logprobs": likely}


def _token(text: str, probability: float) -> JsonObject:
    return {"token": text, "logprob": probability, "bytes": list(text.encode())}
