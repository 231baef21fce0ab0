"""Anthropic, or the server in ANTHROPIC_BASE_URL that speaks its API: where it is, and how it knows who asks.

https://platform.claude.com/docs/en/api/overview
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from app.llm.models import ModelFacts
from app.llm.provider import Api, Parts, Provider
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import ApiKey, BaseSettings, BaseUrl, Settings

BASE_URL = "https://api.anthropic.com"

_SNAPSHOT = re.compile(r"-\d{8}$")
_WORDS = {
    "the provider's API key": "ANTHROPIC_API_KEY",
    "the provider's base URL": "ANTHROPIC_BASE_URL",
    "the provider's status page": "https://status.claude.com",
}


class AnthropicAccount(BaseSettings):
    """Who asks, and where, by the variables of these names."""

    anthropic_api_key: ApiKey | None = None
    anthropic_base_url: BaseUrl | None = None


def anthropic(*apis: Api, parts: Parts, models: Mapping[str, ModelFacts]) -> Provider:
    """Anthropic as a project asks it, with what is known of these models."""

    @lru_cache(maxsize=256)
    def facts(model: str) -> ModelFacts | None:
        """Later snapshots go by their base."""
        base = model.strip().lower().rpartition("/")[2]
        return models.get(base) or models.get(_SNAPSHOT.sub("", base))

    return Provider(
        name="anthropic",
        account=AnthropicAccount,
        secret="ANTHROPIC_API_KEY",  # noqa: S106
        connect=_connect,
        apis={api.name: api for api in apis},
        parts=parts,
        facts=facts,
        default_api="messages",
        choose_api=lambda config: "messages",
        reasons=lambda model: (known := facts(model)) is None or known.thinks_unasked,
        words=_WORDS,
    )


def _connect(settings: Settings, account: AnthropicAccount, api_key: str) -> ConnectionPool:
    # The address has no /v1 by Anthropic's habit; those of compatible servers are often told with it.
    address = (account.anthropic_base_url or BASE_URL).rstrip("/").removesuffix("/v1")
    headers = {"x-api-key": api_key, "Content-Type": "application/json", "Accept-Encoding": "identity"}
    return ConnectionPool(
        address, headers, limit=settings.max_connections, keepalive_seconds=settings.keepalive_seconds
    )
