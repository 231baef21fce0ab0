"""Identifiers in OpenAI's forms, made from what they belong to: the n-th request always gets the same ones."""

import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def hexadecimal(seed: str, length: int) -> str:
    """So many hexadecimal digits."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length]


def letters(seed: str, length: int) -> str:
    """So many letters or digits."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def call_id(completion: str, choice: int, position: int) -> str:
    """The id of a call: `call_` and 24 letters or digits."""
    return f"call_{letters(f'{completion} {choice} {position}', 24)}"


# Cut from one text made in advance, for it is needed once per chunk.
_PADDING = "".join(letters(f"obfuscation {number}", 40) for number in range(100))


def obfuscation(number: int, length: int) -> str:
    """Padding of at most 40 characters that makes chunks of different texts equally long."""
    start = number * 17 % (len(_PADDING) - 40)
    return _PADDING[start : start + length]
