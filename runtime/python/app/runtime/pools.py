"""The connections that a process shares: one pool and one set of credentials, from start-up to shut-down."""

import sys

from httpx2 import AsyncClient, create_ssl_context
from openai import AsyncOpenAI

from app.runtime.errors import MissingApiKey
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import Settings


class Pools:
    """Owns the connections. Made once per process, inside the event loop; `aclose()` closes every connection.

    Raises:
        ValueError: OPENAI_BASE_URL, a proxy's URL or a header that the settings lead to cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        key = settings.openai_api_key
        known = None if key is None else key.get_secret_value()
        self._openai = _openai_pool(settings, known) if known else None

    @property
    def openai(self) -> ConnectionPool:
        """OpenAI, or the compatible server in OPENAI_BASE_URL.

        Raises:
            MissingApiKey: OPENAI_API_KEY is not set.
        """
        if self._openai is None:
            raise MissingApiKey("OPENAI_API_KEY is not set.")
        return self._openai

    @property
    def missing(self) -> list[str]:
        """The variables to be set before models can be asked; none where no workflow asks one."""
        asks = "app.nodes.llm.openai" in sys.modules
        return ["OPENAI_API_KEY"] if asks and self._openai is None else []

    async def aclose(self) -> None:
        """Closes all connections; calls in flight fail."""
        if self._openai is not None:
            self._openai.close()


def _openai_pool(settings: Settings, api_key: str) -> ConnectionPool:
    """The SDK decides address, authentication and headers, once; requests do not go through it one by one."""
    # The certificates that the SDK would trust.
    tls = create_ssl_context()
    client = AsyncOpenAI(
        api_key=api_key,
        base_url=settings.openai_base_url,
        organization=settings.openai_org_id,
        project=settings.openai_project_id,
        # It sends nothing itself; proxies are read, and judged, where connections are opened.
        http_client=AsyncClient(verify=tls, trust_env=False),
    )
    headers = {**client.default_headers, **client.auth_headers, "Accept-Encoding": "identity"}
    return ConnectionPool(
        str(client.base_url),
        # The SDK marks headers that are not to be sent with an object of its own.
        {name: value for name, value in headers.items() if isinstance(value, str)},  # pyright: ignore[reportUnnecessaryIsInstance]
        limit=settings.max_connections,
        keepalive_seconds=settings.keepalive_seconds,
        tls=tls,
    )
