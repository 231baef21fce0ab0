"""What the operator can set for durable runs."""

from typing import Annotated

from pydantic import Field, SecretStr

from app.runtime.settings import BaseSettings, Seconds


class DurableSettings(BaseSettings):
    """Where durable runs are kept, and how their callers are answered."""

    durable_database_url: SecretStr | None = None
    """A database of Postgres that keeps durable runs: postgresql://user:password@host/name. Without one a file does."""
    durable_path: str = "durable.db"
    """The file that keeps durable runs where there is no Postgres; one process at a time has it."""
    durable_answer_seconds: Annotated[float, Field(ge=0)] = 10.0
    """How long a request for a durable run waits for its result before it is answered with a link."""
    durable_database_seconds: Seconds = 10.0
    """How long a request waits for the database of durable runs. The runs themselves wait as long as it takes."""
    durable_executor: str = "local"
    """The name of this instance, where several share a Postgres; it takes up what it left when it starts again."""
    durable_version: str | None = None
    """The version of the workflows; a run ends on the one that it began with. Made of their Python when empty."""
    runs_token: SecretStr | None = None
    """Who lists runs has to send it as `Authorization: Bearer …`; without one nobody can list them."""
