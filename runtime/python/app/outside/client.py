"""The connections to other services, which all runs of a process share."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpcore2
import httpx2
from pydantic import Field

from app.outside.addresses import GuardedNetwork
from app.runtime.http.dial import Address, proxy_for
from app.runtime.settings import BaseSettings, Seconds, Settings


class OutsideSettings(BaseSettings):
    """What the operator can set for requests to other services."""

    request_timeout_seconds: Seconds = 30.0
    """For one request to another service from beginning to end, redirects included."""
    allow_private_addresses: bool = False
    """Lets requests reach this machine and its network."""
    max_outside_connections: Annotated[int, Field(gt=0)] = 200
    """Requests to other services at the same time; further ones wait."""


class OutsideClient(httpx2.AsyncBaseTransport):
    """Sends requests. It keeps connections, and nothing else: no cookies, no credentials."""

    def __init__(self, settings: Settings) -> None:
        self.settings = OutsideSettings.load()
        seconds = settings.connect_timeout_seconds
        self._timeouts = {"connect": seconds, "pool": seconds}
        self._keepalive = settings.keepalive_seconds
        self._tls: ssl.SSLContext | None = None
        self._pools: dict[Address | None, httpcore2.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request; its answer's body is read from the stream, and to be closed.

        Raises:
            AddressRefused: the host is none that may be asked.
            httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError: no answer.
            ValueError: the proxy that the environment names cannot be used.
        """
        url = request.url
        answer = await self._pool(proxy_for(Address.of(str(url)))).handle_async_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream if isinstance(request.stream, httpx2.AsyncByteStream) else None,
                extensions={**request.extensions, "timeout": self._timeouts},
            )
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer), request=request)

    def _pool(self, proxy: Address | None) -> httpcore2.AsyncConnectionPool:
        pool = self._pools.get(proxy)
        if pool is None:
            self._tls = self._tls or httpx2.create_ssl_context()
            allow_private = proxy is not None or self.settings.allow_private_addresses
            # Behind a proxy it is the proxy that resolves names, and that says who may be reached.
            pool = self._pools[proxy] = httpcore2.AsyncConnectionPool(
                ssl_context=self._tls,
                proxy=None if proxy is None else _proxy(proxy),
                max_connections=self.settings.max_outside_connections,
                keepalive_expiry=self._keepalive,
                network_backend=GuardedNetwork(allow_private=allow_private),
            )
        return pool

    async def aclose(self) -> None:
        """Closes all connections."""
        await asyncio.gather(*(pool.aclose() for pool in self._pools.values()))


def _proxy(address: Address) -> httpcore2.Proxy:
    headers = [] if address.credentials is None else [("Proxy-Authorization", address.credentials)]
    return httpcore2.Proxy(f"{address.scheme}://{address.with_port}", headers=headers)


class _Body(httpx2.AsyncByteStream):
    """The body of an answer, whose connection goes back to the pool when it is closed."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces, as they arrive."""
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        """Gives the connection back, or closes it where more has come than the answer: that would be taken for the
        answer to the next request.
        """
        connection = _http11_connection(self._answer)
        await self._answer.aclose()
        state = getattr(connection, "_h11_state", None)
        if connection is not None and state is not None and state.trailing_data[0]:
            await connection.aclose()


def _http11_connection(answer: httpcore2.Response) -> httpcore2.AsyncHTTP11Connection | None:
    """What an answer is read from, below the pool and the proxies. None of the client's public names leads there."""
    connection: Any = getattr(getattr(answer.stream, "_pool_request", None), "connection", None)
    while connection is not None and not isinstance(connection, httpcore2.AsyncHTTP11Connection):
        connection = getattr(connection, "_connection", None)
    return connection
