"""OpenAI's models as Azure deploys them: where they are, and how Azure knows who asks, by a key or a token of Entra ID.

https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
"""

import asyncio
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from app.llm.apis.chat_completions.findings import with_findings
from app.llm.errors import InvalidApiKey
from app.llm.models import ModelFacts
from app.llm.provider import Api, Parts, Provider
from app.llm.providers.openai import openai
from app.runtime.errors import MissingApiKey, MissingEnv
from app.runtime.http.connection import Response
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import ApiKey, BaseSettings, BaseUrl, Settings

_SCOPE = "https://cognitiveservices.azure.com/.default"
_RENEWED_BEFORE_SECONDS = 300
_WORDS = {
    "the provider's API key": "AZURE_OPENAI_API_KEY",
    "the provider's base URL": "AZURE_OPENAI_ENDPOINT",
    "the provider's status page": "https://status.azure.com",
}


class AzureAccount(BaseSettings):
    """Who asks, and where, by the variables of these names. Without a key a token of Entra ID is sent."""

    azure_openai_api_key: ApiKey | None = None
    azure_openai_endpoint: BaseUrl | None = None


def azure_openai(*apis: Api, parts: Parts, models: Mapping[str, ModelFacts]) -> Provider:
    """Azure as a project asks it. What a model takes goes by `base_model`, as its name is that of a deployment."""
    known = openai(*(with_findings(api) for api in apis), parts=parts, models=models)
    return Provider(
        name="azure_openai",
        account=AzureAccount,
        secret="AZURE_OPENAI_API_KEY",  # noqa: S106
        connect=_connect,
        needs_key=False,
        apis=known.apis,
        parts=parts,
        facts=known.facts,
        choose_api=known.choose_api,
        token_limit=known.token_limit,
        takes_functions=known.takes_functions,
        reasons=known.reasons,
        words=_WORDS,
    )


def _connect(settings: Settings, account: AzureAccount, api_key: str) -> ConnectionPool:
    endpoint = account.azure_openai_endpoint
    if endpoint is None:
        raise MissingEnv(
            "AZURE_OPENAI_ENDPOINT is not set, and nothing else says where the deployments are.",
            hint="Set AZURE_OPENAI_ENDPOINT to the resource's address, such as https://NAME.openai.azure.com.",
            variable="AZURE_OPENAI_ENDPOINT",
        )
    address = endpoint if "/openai" in urlsplit(endpoint).path else f"{endpoint.rstrip('/')}/openai/v1"
    limits: Any = {"limit": settings.max_connections, "keepalive_seconds": settings.keepalive_seconds}
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if api_key:
        return ConnectionPool(address, {**headers, "api-key": api_key}, **limits)
    return _PoolWithTokens(address, headers, _credential(), **limits)


def _credential() -> Any:
    """What gives tokens of Entra ID, by the package that knows every way to get one; it is imported only here.

    Raises:
        MissingApiKey: it is not installed, so that a key is needed.
    """
    try:
        identity = import_module("azure.identity")
    except ImportError:
        raise MissingApiKey(
            "AZURE_OPENAI_API_KEY is not set, and azure-identity, which would get a token instead, is not installed.",
            hint="Set AZURE_OPENAI_API_KEY in the environment or in the .env file, or install azure-identity.",
            variable="AZURE_OPENAI_API_KEY",
        ) from None
    return identity.DefaultAzureCredential()


class _PoolWithTokens(ConnectionPool):
    """Connections on which a token stands in for a key. It is renewed before it runs out."""

    def __init__(self, base_url: str, headers: Mapping[str, str], credential: Any, **limits: Any) -> None:
        super().__init__(base_url, headers, **limits)
        self._headers = headers
        self._credential = credential
        self._renewed_at = 0.0
        self._renewing = asyncio.Lock()

    async def post(self, *request: Any, **options: Any) -> Response:
        """As that of `ConnectionPool`.

        Raises:
            InvalidApiKey: Entra ID gives no token.
        """
        if time.time() >= self._renewed_at:
            async with self._renewing:
                if time.time() >= self._renewed_at:
                    await self._renew()
        return await super().post(*request, **options)

    async def _renew(self) -> None:
        try:
            token = await asyncio.to_thread(self._credential.get_token, _SCOPE)
        except Exception as error:  # of a package that may not be there
            raise InvalidApiKey(
                "Entra ID gave no token for Azure OpenAI.",
                hint="Sign in (`az login`), give the service an identity, or set AZURE_OPENAI_API_KEY.",
            ) from error
        self.send_along({**self._headers, "Authorization": f"Bearer {token.token}"})
        self._renewed_at = token.expires_on - _RENEWED_BEFORE_SECONDS
