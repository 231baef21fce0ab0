"""What stands for a provider in a project: it has an account of its own, and nothing is known of its models."""

from app.runtime.settings import ApiKey, BaseUrl
from app.llm.provider import Api, Parts, Provider
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import BaseSettings, Settings


class GroveAccount(BaseSettings):
    """Who asks, and where, by the variables of these names."""

    grove_api_key: ApiKey | None = None
    grove_base_url: BaseUrl | None = None


def grove(*apis: Api, parts: Parts) -> Provider:
    """The provider, as a project asks it."""
    return Provider(
        name="grove",
        account=GroveAccount,
        secret="GROVE_API_KEY",  # noqa: S106
        connect=_connect,
        apis={api.name: api for api in apis},
        parts=parts,
    )


def _connect(settings: Settings, account: GroveAccount, api_key: str) -> ConnectionPool:
    return ConnectionPool(
        account.grove_base_url or "https://api.grove.example/v1",
        {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
        limit=settings.max_connections,
        keepalive_seconds=settings.keepalive_seconds,
    )
