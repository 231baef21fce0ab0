"""Groq: where it is, how it knows who asks, and how its models differ. https://console.groq.com/docs/openai"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from app.llm.carried import taken_back
from app.llm.models import ModelFacts
from app.llm.provider import Api, Parts, Provider
from app.llm.types import CompletionConfig, JsonObject
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import ApiKey, BaseSettings, BaseUrl, Settings

BASE_URL = "https://api.groq.com/openai/v1"

_TAKEN_BACK = frozenset(("reasoning", "function_call", "name"))
_WORDS = {
    "the provider's API key": "GROQ_API_KEY",
    "the provider's base URL": "GROQ_BASE_URL",
    "the provider's status page": "https://groqstatus.com",
}


class GroqConfig(CompletionConfig, total=False):
    """One request to Groq. `reasoning_format` says where a model that reasons shows what it thinks: nowhere, at the
    start of its text, or in `reasoning`.

    https://console.groq.com/docs/reasoning
    """

    reasoning_format: Literal["hidden", "raw", "parsed"]


class GroqAccount(BaseSettings):
    """Who asks, and where, by the variables of these names."""

    groq_api_key: ApiKey | None = None
    groq_base_url: BaseUrl | None = None


def groq(*apis: Api, parts: Parts, models: Mapping[str, ModelFacts]) -> Provider:
    """Groq as a project asks it: by these APIs, with what is known of these models."""

    def facts(model: str) -> ModelFacts | None:
        return models.get(model.strip().lower())

    return Provider(
        name="groq",
        account=GroqAccount,
        secret="GROQ_API_KEY",  # noqa: S106
        connect=_connect,
        apis={api.name: api for api in apis},
        parts=parts,
        facts=facts,
        token_limit=lambda model: "max_completion_tokens",
        # The usage of a stream comes in its last chunk's `x_groq`, asked for or not.
        takes_stream_options=False,
        adapt=_adapt,
        words=_WORDS,
    )


def _adapt(body: JsonObject) -> None:
    # https://console.groq.com/docs/api-reference: what it does not know in a message it refuses.
    body["messages"] = [taken_back(dict(message), _TAKEN_BACK) for message in body["messages"]]


def _connect(settings: Settings, account: GroqAccount, api_key: str) -> ConnectionPool:
    return ConnectionPool(
        _address(account.groq_base_url or BASE_URL),
        {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        },
        limit=settings.max_connections,
        keepalive_seconds=settings.keepalive_seconds,
    )


def _address(base_url: str) -> str:
    """The address with the path of the API, which Groq's own clients leave out of this variable."""
    return base_url if urlsplit(base_url).path.strip("/") else f"{base_url.rstrip('/')}/openai/v1"
