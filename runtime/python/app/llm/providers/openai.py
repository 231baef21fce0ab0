"""OpenAI, or the compatible server in OPENAI_BASE_URL: where it is, how it knows who asks, and how its models differ.

https://platform.openai.com/docs/api-reference/authentication
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from app.llm.models import ModelFacts
from app.llm.provider import Api, Parts, Provider
from app.llm.request import known_as
from app.llm.types import CompletionConfig
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import ApiKey, BaseSettings, BaseUrl, HeaderText, Settings

BASE_URL = "https://api.openai.com/v1"

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
# Azure writes gpt-3.5 as gpt-35.
_REASONING = re.compile(r"o\d|gpt-([5-9]|[12]\d)(?!\d)")
_TAKES_FUNCTIONS = re.compile(r"gpt-(3\.5|35|4)")
_WORDS = {
    "the provider's API key": "OPENAI_API_KEY",
    "the provider's base URL": "OPENAI_BASE_URL",
    "the provider's status page": "https://status.openai.com",
}


class OpenAIAccount(BaseSettings):
    """Who asks, and where, by the variables of these names."""

    openai_api_key: ApiKey | None = None
    openai_base_url: BaseUrl | None = None
    openai_org_id: HeaderText | None = None
    openai_project_id: HeaderText | None = None


def openai(*apis: Api, parts: Parts, models: Mapping[str, ModelFacts]) -> Provider:
    """OpenAI as a project asks it: by these APIs, with what is known of these models."""

    @lru_cache(maxsize=256)
    def facts(model: str) -> ModelFacts | None:
        """Fine-tuned models, whose prices are not known, and later snapshots go by their base."""
        base = base_model(model).replace("gpt-35-", "gpt-3.5-")
        found = models.get(base) or models.get(_SNAPSHOT.sub("", base))
        if found is None or not model.strip().lower().rpartition("/")[2].startswith("ft:"):
            return found
        return found._replace(input_price=None, cached_price=None, output_price=None, long_context=None)

    def choose_api(config: CompletionConfig) -> str:
        """The Responses API where Chat Completions would refuse the request."""
        known = facts(known_as(config))
        if known is None:
            return "chat"
        effort = config.get("reasoning_effort") or known.default_effort or "none"
        calls = bool(config.get("tools") or config.get("functions"))
        refused = calls and effort != "none" and not known.tools_with_reasoning
        return "responses" if known.responses_only or refused else "chat"

    def reasons(model: str) -> bool:
        """By the catalog, else by the family that the name belongs to."""
        known = facts(model)
        return is_reasoning_model(model) if known is None else known.default_effort is not None

    return Provider(
        name="openai",
        account=OpenAIAccount,
        secret="OPENAI_API_KEY",  # noqa: S106
        connect=_connect,
        apis={api.name: api for api in apis},
        parts=parts,
        facts=facts,
        choose_api=choose_api,
        token_limit=lambda model: "max_completion_tokens" if is_reasoning_model(model) else "max_tokens",
        takes_functions=lambda model: _TAKES_FUNCTIONS.match(base_model(model)) is not None,
        reasons=reasons,
        request_id_header=b"X-Client-Request-Id",
        words=_WORDS,
    )


@lru_cache(maxsize=256)
def base_model(model: str) -> str:
    """The model behind a fine-tuned (`ft:gpt-4o:org::id`) or a provider-qualified (`openai/gpt-4o`) name."""
    name = model.strip().lower().rpartition("/")[2]
    return name.split(":")[1] if name.startswith("ft:") else name


def is_reasoning_model(model: str) -> bool:
    """Whether the model belongs to the families that want `max_completion_tokens` (o1, o3 …, gpt-5 and later)."""
    return _REASONING.match(base_model(model)) is not None


def _connect(settings: Settings, account: OpenAIAccount, api_key: str) -> ConnectionPool:
    headers = {
        "Authorization": f"Bearer {api_key}",
        "OpenAI-Organization": account.openai_org_id,
        "OpenAI-Project": account.openai_project_id,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
    }
    return ConnectionPool(
        account.openai_base_url or BASE_URL,
        {name: value for name, value in headers.items() if value},
        limit=settings.max_connections,
        keepalive_seconds=settings.keepalive_seconds,
    )
