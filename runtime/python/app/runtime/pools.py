"""The connections that a process shares: one pool and one set of credentials, from start-up to shut-down."""

from typing import Final
from urllib.request import getproxies, proxy_bypass

import aiohttp
from httpx2 import create_ssl_context
from openai import AsyncOpenAI
from yarl import URL

from app.runtime.errors import MissingApiKey
from app.runtime.settings import Settings

READ_BUFFER_BYTES: Final = 64 * 1024


class OpenAIEndpoint:
    """Where OpenAI is and how to authenticate there, as the SDK works it out, over the shared pool.

    The SDK decides address, authentication and headers, once. Requests do not go through it one by one: building and
    sending them was most of the CPU of a call, and `aiohttp` is underneath anyway.
    """

    __slots__ = ("_headers", "_proxy", "_session", "_url")

    def __init__(self, client: AsyncOpenAI, session: aiohttp.ClientSession) -> None:
        headers = {**client.default_headers, **client.auth_headers, "Accept-Encoding": "identity"}
        # The SDK marks headers that are not to be sent with an object of its own.
        self._headers = {name: value for name, value in headers.items() if isinstance(value, str)}  # pyright: ignore[reportUnnecessaryIsInstance]
        self._url = str(client.base_url).rstrip("/")
        self._session = session
        self._proxy = _proxy_for(client.base_url.scheme, client.base_url.host)

    async def post(self, path: str, body: bytes, connect_timeout: float | None = None) -> aiohttp.ClientResponse:
        """Sends a JSON body and gives the answer as soon as its headers are there; the caller closes it.

        `connect_timeout` is for this request, in seconds, instead of the pool's own.
        Redirects are not followed: they would post the prompt and the key to another host.
        """
        return await self._session.post(
            URL(self._url + path, encoded=True),
            data=body,
            headers=self._headers,
            allow_redirects=False,
            proxy=self._proxy,
            timeout=self._session.timeout
            if connect_timeout is None
            else aiohttp.ClientTimeout(total=None, connect=connect_timeout),
        )


class Pools:
    """Owns the connections. Made once per process, inside the event loop; `aclose()` closes every connection."""

    def __init__(self, settings: Settings) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._openai: OpenAIEndpoint | None = None
        key = settings.openai_api_key
        if key is None or not key.get_secret_value().strip():
            return
        client = AsyncOpenAI(
            api_key=key.get_secret_value().strip(),
            base_url=settings.openai_base_url,
            organization=settings.openai_org_id,
            project=settings.openai_project_id,
        )
        self._session = _open_session(settings)
        self._openai = OpenAIEndpoint(client, self._session)

    @property
    def openai(self) -> OpenAIEndpoint:
        """OpenAI, or the compatible server in OPENAI_BASE_URL.

        Raises:
            MissingApiKey: OPENAI_API_KEY is not set.
        """
        if self._openai is None:
            raise MissingApiKey("OPENAI_API_KEY is not set.")
        return self._openai

    async def aclose(self) -> None:
        """Closes all connections; calls in flight fail."""
        if self._session is not None:
            await self._session.close()


def _open_session(settings: Settings) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=settings.max_connections,
            keepalive_timeout=settings.keepalive_seconds,
            # The certificates that the SDK would trust.
            ssl=create_ssl_context(),
        ),
        # Reading is limited by our own deadlines, which tell content from keep-alive comments.
        timeout=aiohttp.ClientTimeout(total=None, connect=settings.connect_timeout_seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        read_bufsize=READ_BUFFER_BYTES,
    )


def _proxy_for(scheme: str, host: str) -> str | None:
    """The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for the host."""
    proxies = getproxies()
    return None if proxy_bypass(host) else proxies.get(scheme) or proxies.get("all")
