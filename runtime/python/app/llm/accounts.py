"""What accounts at providers are made of: keys and names that go into headers, and addresses."""

from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

_Text = TypeVar("_Text", str, SecretStr)


def _fits_a_header(value: _Text) -> _Text:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("It holds a space or a character that is not ASCII; copy it again")
    return value


def _is_a_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not text.isprintable() or " " in text:
        raise ValueError("Write a URL such as https://models.example/v1")
    return text


ApiKey = Annotated[SecretStr, AfterValidator(_fits_a_header)]
HeaderText = Annotated[str, AfterValidator(_fits_a_header)]
BaseUrl = Annotated[str, AfterValidator(_is_a_url)]
