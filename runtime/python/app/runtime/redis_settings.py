"""What the operator can set for Redis, whoever asks it."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from app.runtime.settings import BaseSettings, Seconds
from app.runtime.urls import url_of


class RedisSettings(BaseSettings):
    """What the operator can set for Redis."""

    redis_url: Annotated[SecretStr, AfterValidator(url_of("redis", "rediss", "unix"))] | None = None
    """`redis://user:password@host:6379/0`, or `rediss://` over TLS"""
    redis_timeout_seconds: Seconds = 5.0
    """For one operation."""
