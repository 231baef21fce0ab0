"""What the operator can set, from environment variables or a `.env` file; the environment wins."""

import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from app.runtime.log import log_event

Seconds = Annotated[float, Field(gt=0)]
Bytes = Annotated[int, Field(ge=1024)]

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


def variables() -> dict[str, str | None]:
    """The environment, and what `.env` has besides."""
    return {**dotenv_values(".env"), **os.environ}


def variable(name: str, known: Mapping[str, str | None]) -> str | None:
    """One of the variables: what the file holds that NAME_FILE names, as secrets are mounted, else its value.

    Raises:
        ValueError: there is no such file, or it cannot be read.
    """
    path = known.get(f"{name}_FILE")
    try:
        return Path(path).read_text() if path else known.get(name)
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}_FILE names a file that cannot be read ({type(error).__name__}).") from None


def bare(value: str) -> str:
    """A value without what it was pasted with: a line end, or quotes for a shell that is not there."""
    text = value.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


class BaseSettings(BaseModel):
    """Settings of one concern; `load()` reads each field from the variable of the same name in capitals."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def load(cls) -> Self:
        """The settings of this process; a variable that is empty counts as not set.

        Raises:
            ValueError: a setting cannot be used; see `explain()`.
        """
        known = variables()
        return cls.model_validate({name: text for name in cls.model_fields if (text := variable(name.upper(), known))})

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return bare(value) if isinstance(value, str) else value

    def keys(self) -> dict[str, str]:
        """The secrets that are set, by the names of their variables."""
        return {name.upper(): value.get_secret_value() for name, value in self if isinstance(value, SecretStr)}


class Settings(BaseSettings):
    """Settings of the service itself. Those of a server that it asks stand beside that server."""

    host: str = "127.0.0.1"
    """The address that the service listens on; 0.0.0.0 for all."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    workers: Annotated[int, Field(ge=1, le=1000)] = 1
    """Processes that serve together; for several, build the service `--with workers`."""
    root_path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)+$")] | None = None
    """The path below which a proxy in front has the service, and which it takes away: `/shop`."""
    trusted_proxies: str | None = None
    """Addresses or networks of proxies in front, with commas: `10.0.0.0/8`; they alone may say who asked them."""

    max_body_bytes: Bytes = 10_485_760
    """The largest request that is taken."""
    max_bodies_bytes: Bytes = 536_870_912
    """What requests under way have sent, together and for each process; further ones that are large get 503."""
    max_head_bytes: Bytes = 65_536
    """The largest address and headers of a request together."""
    read_timeout_seconds: Seconds = 60.0
    """For the head of a request to arrive, and for its body."""
    max_callers: Annotated[int, Field(gt=0)] = 20_000
    """Connections of callers at the same time, as far as files may be open; further ones are closed at once."""
    write_timeout_seconds: Seconds = 60.0
    """How long an answer waits for a caller who does not read; then its run is cancelled."""
    ping_seconds: Seconds = 15.0
    """After so much silence a stream gets a comment, which keeps proxies from closing it."""
    drain_seconds: Annotated[float, Field(ge=0)] = 25.0
    """How long open requests may go on after SIGTERM."""
    expose_errors: bool = False
    """Tells callers all that is known of an error, as for a developer: places, settings, limits of the account."""

    connect_timeout_seconds: Seconds = 10.0
    """Until the connection stands: name resolution, TCP and TLS, or a free place in the pool."""
    first_byte_timeout_seconds: Seconds = 300.0
    """From sending the request to the first content of a stream; models that reason may think for minutes."""
    idle_timeout_seconds: Seconds = 60.0
    """Between two pieces of content in a stream; keep-alive comments do not count."""
    total_timeout_seconds: Seconds = 600.0
    """For one model call from beginning to end, retries included."""
    max_retries: Annotated[int, Field(ge=0, le=10)] = 2
    max_retry_wait_seconds: Seconds = 30.0
    """A longer Retry-After is passed on to the caller instead of being waited for."""
    max_connections: Annotated[int, Field(gt=0)] = 1000
    """Model calls at the same time; further ones wait."""
    keepalive_seconds: Seconds = 60.0
    """How long a connection to the model server waits for its next request."""
    max_event_bytes: Bytes = 4_194_304
    """The largest single event of a stream."""
    max_answer_bytes: Bytes = 33_554_432
    """The largest answer in one piece."""

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str | None) -> str | None:
        for network in value.split(",") if value else ():
            ip_network(network.strip())
        return value


def explain(error: ValueError) -> str:
    """What is wrong with the settings, in one line: the variables and what to write, never what they hold."""
    if not isinstance(error, ValidationError):
        return str(error)
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    words = [(str(item["loc"][0]).upper(), item["msg"].removeprefix("Value error, ")) for item in problems]
    return " ".join(f"{name} cannot be used. {text}." for name, text in words)


@contextmanager
def starting() -> Generator[None]:
    """A block in which settings are read: says which of them keeps the service from starting, if one does."""
    try:
        yield
    except ValueError as error:
        log_event("cannot_start", level=logging.ERROR, detail=explain(error))
        # The server would add the traceback of what has just been said.
        logging.getLogger("uvicorn.error").disabled = True
        raise
