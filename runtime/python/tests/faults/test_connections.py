"""No way to upstream: what it is called, whether it is tried again, and what goes through a proxy."""

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.llm.providers.openai import OpenAIAccount
from app.runtime.context import open_context
from app.runtime.errors import ServiceError
from tests.database_servers import free_port
from tests.faults.asking import ASK, failure, streamed
from tests.faults.scene import GOOD, WAYS, Way
from tests.faults.servers import Certificate, proxy
from tests.upstream import CONFIG, answer, context_for, problem, upstream

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of this machine has no say."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("way", WAYS)
async def test_connection_refused(way: Way) -> None:
    error = await failure(f"http://127.0.0.1:{free_port()}/v1", way, max_retries=1)
    assert (error.code, error.details["reason"], error.retryable) == ("upstream_unreachable", "refused", True)


@pytest.mark.parametrize("way", WAYS)
async def test_dns(way: Way) -> None:
    error = await failure("http://no-such-host.invalid/v1", way, max_retries=0)
    assert (error.code, error.details["reason"], error.retryable) == ("upstream_unreachable", "dns", True)


async def test_no_connection_in_time() -> None:
    """Nobody takes connections from the queue, which is full, so that the handshake of another is not answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy, ExitStack() as waiting:
        for _ in range(4):
            queued = waiting.enter_context(socket.socket())
            queued.setblocking(False)
            queued.connect_ex(busy.getsockname())
        url = f"http://127.0.0.1:{busy.getsockname()[1]}/v1"
        error = await failure(url, "chat_stream", max_retries=0, connect_timeout_seconds=0.2)
    assert (error.code, error.details["phase"]) == ("upstream_timeout", "connect")


async def test_tls_to_a_server_that_speaks_none() -> None:
    connections: list[asyncio.StreamWriter] = []

    async def speak_no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        writer.write(b"this is no TLS\r\n")
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(speak_no_tls, "127.0.0.1", 0) as server:
        error = await failure(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", "chat_stream")
    assert (error.code, error.details["reason"], error.retryable) == ("upstream_unreachable", "tls", False)
    assert len(connections) == 1


CERTIFICATES = {
    "that nobody vouches for": ("127.0.0.1", False, False),
    "that has expired": ("127.0.0.1", True, True),
    "of another host": ("api.example.com", False, True),
}


@pytest.mark.parametrize(("host", "expired", "trusted"), CERTIFICATES.values(), ids=CERTIFICATES.keys())
async def test_tls_with_a_certificate(
    tmp_path: Path, no_proxies: pytest.MonkeyPatch, host: str, expired: bool, trusted: bool
) -> None:
    certificate = Certificate.make(tmp_path, host=host, expired=expired)
    if trusted:
        no_proxies.setenv("SSL_CERT_FILE", str(certificate.path))
    async with upstream([GOOD["chat_stream"]], tls=certificate.context()) as server:
        error = await failure(server.url, "chat_stream")
        assert (error.code, error.details["reason"], error.retryable) == ("upstream_unreachable", "tls", False)
        assert server.requests == []
        assert "OPENAI_BASE_URL" in error.hint


@pytest.mark.parametrize("way", WAYS)
async def test_tls_that_is_fine(tmp_path: Path, no_proxies: pytest.MonkeyPatch, way: Way) -> None:
    certificate = Certificate.make(tmp_path, host="127.0.0.1")
    no_proxies.setenv("SSL_CERT_FILE", str(certificate.path))
    ask, config = ASK[way]
    async with (
        upstream([GOOD[way]], tls=certificate.context()) as server,
        context_for(server.url) as ctx,
    ):
        assert (await ask(ctx, config))["content"] == "Hello"


async def test_missing_key() -> None:
    async with open_context(accounts=[OpenAIAccount()]) as ctx:
        with pytest.raises(ServiceError) as caught:
            await streamed(ctx, CONFIG)
        assert caught.value.code == "missing_api_key"
        assert "OPENAI_API_KEY" in caught.value.hint


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_proxy_for_http(no_proxies: pytest.MonkeyPatch, variable: str) -> None:
    async with upstream([GOOD["chat_stream"]]) as server, proxy() as between:
        no_proxies.setenv(variable, between.url)
        async with context_for(server.url) as ctx:
            assert (await streamed(ctx, CONFIG))["content"] == "Hello"
        assert [head.split(" ")[:2] for head in between.heads] == [["POST", f"{server.url}/chat/completions"]]


async def test_a_tunnel_for_https(tmp_path: Path, no_proxies: pytest.MonkeyPatch) -> None:
    certificate = Certificate.make(tmp_path, host="127.0.0.1")
    no_proxies.setenv("SSL_CERT_FILE", str(certificate.path))
    async with upstream([GOOD["chat_stream"]], tls=certificate.context()) as server, proxy() as between:
        no_proxies.setenv("HTTPS_PROXY", between.url)
        async with context_for(server.url) as ctx:
            assert (await streamed(ctx, CONFIG))["content"] == "Hello"
        (head,) = between.heads
        assert head.startswith(f"CONNECT {server.url.removeprefix('https://').removesuffix('/v1')} ")
        # What is in the tunnel is nobody's business, the key least of all.
        assert "sk-test" not in head


async def test_hosts_that_no_proxy_names(no_proxies: pytest.MonkeyPatch) -> None:
    async with upstream([GOOD["chat_stream"]]) as server, proxy() as between:
        no_proxies.setenv("HTTP_PROXY", between.url)
        no_proxies.setenv("NO_PROXY", "localhost,127.0.0.1")
        async with context_for(server.url) as ctx:
            assert (await streamed(ctx, CONFIG))["content"] == "Hello"
        assert between.heads == []


async def test_the_password_of_a_proxy_goes_to_the_proxy_only(no_proxies: pytest.MonkeyPatch) -> None:
    async with upstream([GOOD["chat_stream"]]) as server, proxy() as between:
        no_proxies.setenv("HTTP_PROXY", between.url.replace("http://", "http://someone:pass%20word@"))
        async with context_for(server.url) as ctx:
            assert (await streamed(ctx, CONFIG))["content"] == "Hello"
        # base64 of "someone:pass word"
        assert "proxy-authorization: basic c29tzw9uztpwyxnzihdvcmq=" in between.heads[0].lower()


async def test_a_proxy_that_refuses_a_tunnel(no_proxies: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 9\r\n\r\nsk-secret"
    async with proxy(refusal) as between:
        no_proxies.setenv("HTTPS_PROXY", between.url)
        error = await failure("https://api.example.com/v1", "chat_stream", max_retries=0)
    assert (error.code, error.details["reason"]) == ("upstream_unreachable", "proxy")
    assert "sk-" not in str(error.problem())


async def test_a_proxy_that_is_not_there(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    error = await failure("https://api.example.com/v1", "chat_stream", max_retries=0)
    assert error.code == "upstream_unreachable"
    assert error.details["reason"] in ("refused", "proxy")


async def test_a_gateway_asks_for_credentials_of_its_own() -> None:
    async with upstream(answer("407 Proxy Authentication Required", problem(None))) as server:
        error = await failure(server.url, "chat_stream")
        assert (error.code, error.details["reason"], error.retryable) == ("upstream_unreachable", "proxy", False)
        assert len(server.requests) == 1
