"""What the operator can set for runs that wait for people and for events."""

from typing import Annotated

from pydantic import Field, SecretStr

from app.runtime.settings import BaseSettings, BaseUrl


class WaitingSettings(BaseSettings):
    """Who may decide and tell, and where links lead."""

    approval_secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    """Signs the links by which people decide; 16 characters or more. With another one all earlier links are void."""
    public_url: BaseUrl | None = None
    """Where people reach this service, with the path below which it is: https://shop.example/flows. Links begin so."""
    event_token: SecretStr | None = None
    """Whoever sends events has to send it as `Authorization: Bearer …`; RUNS_TOKEN is taken as well."""
    event_keep_seconds: Annotated[float, Field(ge=0, le=86_400)] = 3600.0
    """How long an event is kept for runs that begin to wait after it."""
