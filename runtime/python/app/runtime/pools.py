"""The connections that a process shares: one OpenAI client with one pool, from start-up to shut-down."""

from httpx2 import Limits, Timeout
from openai import AsyncOpenAI, DefaultAioHttpClient

from app.runtime.errors import MissingApiKey
from app.runtime.settings import Settings


class Pools:
    """Owns the OpenAI client. Made once per process; `aclose()` closes every connection."""

    def __init__(self, settings: Settings) -> None:
        self._client: AsyncOpenAI | None = None
        if settings.openai_api_key is None or not settings.openai_api_key.get_secret_value().strip():
            return
        connect = settings.connect_timeout_seconds
        self._client = AsyncOpenAI(
            api_key=settings.openai_api_key.get_secret_value().strip(),
            base_url=settings.openai_base_url,
            organization=settings.openai_org_id,
            project=settings.openai_project_id,
            # We retry ourselves: the SDK's loop cannot tell an empty account from a busy one.
            max_retries=0,
            default_headers={"Accept-Encoding": "identity"},
            http_client=DefaultAioHttpClient(
                # Reading is limited by our own deadlines, which know content from keep-alive comments.
                timeout=Timeout(None, connect=connect, pool=connect),
                limits=Limits(
                    max_connections=settings.max_connections,
                    max_keepalive_connections=settings.max_connections,
                    keepalive_expiry=settings.keepalive_seconds,
                ),
                # A redirect would post the prompt and the key to another host.
                follow_redirects=False,
            ),
        )

    @property
    def openai(self) -> AsyncOpenAI:
        """The shared client.

        Raises:
            MissingApiKey: OPENAI_API_KEY is not set.
        """
        if self._client is None:
            raise MissingApiKey("OPENAI_API_KEY is not set.")
        return self._client

    async def aclose(self) -> None:
        """Closes all connections; calls in flight fail."""
        if self._client is not None:
            await self._client.close()
