"""What the operator can set for queues."""

from pydantic import SecretStr

from app.runtime.settings import BaseSettings, Seconds


class QueueSettings(BaseSettings):
    """Who may put something into queues, and how often they are looked at."""

    queue_token: SecretStr | None = None
    """Whoever puts something into a queue has to send it as `Authorization: Bearer …`; RUNS_TOKEN is taken as well."""
    queue_poll_seconds: Seconds = 1.0
    """How often this instance looks for something in its queues."""
