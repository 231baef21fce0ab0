"""What the operator can set, from environment variables or a `.env` file; the environment wins."""

from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """Settings of one process; each field is read from the variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        """Values are pasted with a line end, or quoted for a shell that is not there."""
        if not isinstance(value, str):
            return value
        text = value.strip()
        return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    openai_org_id: str | None = None
    openai_project_id: str | None = None

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
    keepalive_seconds: Seconds = 60.0
    max_event_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024 * 1024
    """The largest single event of a stream."""
    max_answer_bytes: Annotated[int, Field(ge=1024)] = 32 * 1024 * 1024
    """The largest answer in one piece."""

    ping_seconds: Seconds = 15.0
    drain_seconds: Annotated[float, Field(ge=0)] = 25.0
    """How long open requests may go on after SIGTERM."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
