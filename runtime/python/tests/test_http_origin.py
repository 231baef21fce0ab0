"""Where requests go, and over which proxy."""

import ssl

import httpx2
import pytest

from app.runtime.http.dial import Address, proxy_for
from app.runtime.http.pool import ConnectionPool

OPENAI = Address.of("https://api.openai.com/v1")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("url", "host", "port", "authority"),
    [
        ("https://api.openai.com/v1", "api.openai.com", 443, "api.openai.com"),
        ("http://localhost:8080/v1", "localhost", 8080, "localhost:8080"),
        ("https://[::1]:443/v1", "::1", 443, "[::1]"),
        ("http://b\u00fccher.example/v1", "xn--bcher-kva.example", 80, "xn--bcher-kva.example"),
    ],
)
def test_the_server_that_a_url_names(url: str, host: str, port: int, authority: str) -> None:
    address = Address.of(url)
    assert (address.host, address.port, address.authority) == (host, port, authority)


@pytest.mark.parametrize("url", ["ftp://example.com", "example.com/v1", "https://", "http://x:port"])
def test_urls_that_name_no_server(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Address.of(url)


def test_credentials_of_a_url() -> None:
    assert Address.of("http://ada:s%40me@proxy:3128").credentials == "Basic YWRhOnNAbWU="


def test_a_proxy_by_its_scheme(no_proxies: pytest.MonkeyPatch) -> None:
    assert proxy_for(OPENAI) is None
    no_proxies.setenv("ALL_PROXY", "http://any:1")
    assert proxy_for(OPENAI) == Address("http", "any", 1)
    no_proxies.setenv("HTTPS_PROXY", "proxy:3128")
    assert proxy_for(OPENAI) == Address("http", "proxy", 3128)
    no_proxies.setenv("NO_PROXY", "openai.com")
    assert proxy_for(OPENAI) is None


NO_PROXY = [
    "",
    "*",
    "localhost",
    "127.0.0.1",
    "127.0.0.0/8",
    " 10.0.0.0/8 , 172.16.0.0/12",
    "10.1.2.3/8",
    "10.0.0.0/99",
    "::1",
    "[::1]",
    "fd00::/8",
    "example.com",
    "*.example.com",
    "*.EXAMPLE.com",
    "wwwexample.com",
    "localhost:8080",
    "127.0.0.1:8080",
    "other.com,my.example.com",
]
HOSTS = ("localhost", "127.0.0.1", "10.9.9.9", "[::1]", "[fd00::7]", "example.com", "my.example.com", "wwwexample.com")


@pytest.mark.parametrize("left_out", NO_PROXY)
def test_what_no_proxy_leaves_out_is_what_the_sdks_leave_out(no_proxies: pytest.MonkeyPatch, left_out: str) -> None:
    """Servers on this machine too: none is left out unasked."""
    no_proxies.setenv("ALL_PROXY", "http://proxy:3128")
    no_proxies.setenv("NO_PROXY", left_out)
    urls = [f"{scheme}://{host}:8080/v1" for scheme in ("http", "https") for host in HOSTS]
    with httpx2.Client() as client:
        # Which way a request takes is told to nobody.
        direct = [client._transport_for_url(httpx2.URL(url)) is client._transport for url in urls]  # pyright: ignore[reportPrivateUsage]
    assert [proxy_for(Address.of(url)) is None for url in urls] == direct


def test_a_proxy_that_speaks_another_protocol(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("HTTPS_PROXY", "socks5://proxy:1080")
    with pytest.raises(ValueError, match="proxy that the environment names"):
        proxy_for(OPENAI)


async def test_a_start_does_not_wait_for_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(ssl, "create_default_context", lambda: read.append("certificates"))
    ConnectionPool("https://api.openai.com/v1", {}, limit=1, keepalive_seconds=1)
    assert not read
