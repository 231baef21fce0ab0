"""Identifiers in OpenAI's forms, made from what they belong to: the n-th request always gets the same ones."""

import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _digits(seed: str, length: int) -> str:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def completion_id(number: int) -> str:
    """`chatcmpl-` and 29 letters or digits."""
    return f"chatcmpl-{_digits(f'completion {number}', 29)}"


def response_id(number: int) -> str:
    """`resp_` and 50 hexadecimal digits."""
    return f"resp_{hashlib.sha256(f'response {number}'.encode()).hexdigest()[:50]}"


def item_id(prefix: str, response: str, position: int) -> str:
    """An output item's prefix, as in `msg_`, and 50 hexadecimal digits."""
    return f"{prefix}_{hashlib.sha256(f'{response} {position}'.encode()).hexdigest()[:50]}"


def call_id(completion: str, choice: int, position: int) -> str:
    """`call_` and 24 letters or digits."""
    return f"call_{_digits(f'{completion} {choice} {position}', 24)}"


def request_id(number: int) -> str:
    """`req_` and 32 hexadecimal digits."""
    return f"req_{hashlib.sha256(f'request {number}'.encode()).hexdigest()[:32]}"


def fingerprint(model: str) -> str:
    """`fp_` and ten hexadecimal digits, the same for all answers of a model."""
    return f"fp_{hashlib.sha256(model.encode()).hexdigest()[:10]}"


# Cut from one text made in advance, for it is needed once per chunk.
_PADDING = "".join(_digits(f"obfuscation {number}", 40) for number in range(100))


def obfuscation(number: int, length: int) -> str:
    """Padding of at most 40 characters that makes chunks of different texts equally long."""
    start = number * 17 % (len(_PADDING) - 40)
    return _PADDING[start : start + length]
