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
    durable_takeover_seconds: Annotated[float, Field(ge=1)] = 15.0
    """With Postgres: how long a process may not be heard of until the others take up its runs."""
    durable_connections: Annotated[int, Field(ge=3)] = 10
    """With Postgres: how many connections a process may have for its runs; it has two more for itself."""
    durable_step_attempts: Annotated[int, Field(ge=0)] = 2
    """How often a step is begun whose service dies before its record; then the run fails. 0 for without end."""
    durable_resume_steps: Annotated[int, Field(ge=1)] = 20
    """How many runs that a dead service has left go on with their next step at the same time, in one process."""
    durable_drain_seconds: Annotated[float, Field(ge=0)] = 0.0
    """How long a service that is told to end goes on with runs for which nobody else has its version."""
    durable_keep_days: Annotated[float, Field(ge=0)] = 30.0
    """How long runs are kept that have ended; 0 for ever."""
    durable_tidy_seconds: Seconds = 3600.0
    """How often those are looked for that have been kept for so long."""
    durable_version: str | None = None
    """The version of the workflows; a run ends on the one that it began with. Made of their Python when empty."""
    runs_token: SecretStr | None = None
    """Who lists or deletes runs has to send it as `Authorization: Bearer …`; without one nobody can."""
