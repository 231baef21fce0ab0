"""What proxies say of a request, and who is believed."""

from ipaddress import ip_network
from typing import Any

import pytest

from app.runtime.forwarded import Forwarded
from app.runtime.settings import Settings
from tests.test_serve import logged, service
from tests.upstream import upstream

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("::1/128")]


async def seen(client: str, *headers: tuple[str, str], by_standard: bool = False) -> tuple[str, str, str]:
    found: dict[str, Any] = {}

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        found.update(scope)

    raw = [(name.encode(), value.encode()) for name, value in (("host", "inner"), *headers)]
    scope = {"type": "http", "client": (client, 1), "scheme": "http", "headers": raw}
    nothing: Any = None
    await Forwarded(inner, TRUSTED, by_standard=by_standard)(scope, nothing, nothing)
    return found["client"][0], found["scheme"], dict(found["headers"])[b"host"].decode()


@pytest.mark.parametrize(
    ("client", "sent", "believed"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::7]:80", "2001:db8::7"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "127.0.0.1, garbage\x00", "10.0.0.1"),
    ],
)
async def test_the_last_address_that_is_no_proxy_counts(client: str, sent: str, believed: str) -> None:
    assert (await seen(client, ("x-forwarded-for", sent)))[0] == believed


async def test_of_several_headers_the_last_counts() -> None:
    assert (await seen("10.0.0.1", ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2")))[0] == "2.2.2.2"


async def test_scheme_and_host_are_those_that_the_proxy_was_asked_for() -> None:
    headers = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "shop.example")]
    assert await seen("10.0.0.1", *headers) == ("1.1.1.1", "https", "shop.example")
    assert await seen("203.0.113.9", *headers) == ("203.0.113.9", "http", "inner")
    odd = [("x-forwarded-proto", "javascript"), ("x-forwarded-host", "a b/../c")]
    assert await seen("10.0.0.1", *odd) == ("10.0.0.1", "http", "inner")


@pytest.mark.parametrize(
    ("sent", "believed"),
    [
        ("for=198.51.100.1;proto=https;host=shop.example", ("198.51.100.1", "https", "shop.example")),
        ('for="[2001:db8:cafe::17]:4711"', ("2001:db8:cafe::17", "http", "inner")),
        ("for=1.1.1.1;host=evil, For=198.51.100.1;PROTO=https", ("198.51.100.1", "https", "inner")),
        ("for=1.1.1.1, for=198.51.100.1, for=10.2.2.2", ("198.51.100.1", "http", "inner")),
        ('for="1.1.1.1, for=2.2.2.2"', ("10.0.0.1", "http", "inner")),
        ("for=_hidden, for=10.2.2.2", ("10.2.2.2", "http", "inner")),
        ("for=1.1.1.1;;=,", ("10.0.0.1", "http", "inner")),
        ('for="unterminated', ("10.0.0.1", "http", "inner")),
    ],
)
async def test_the_standard_header(sent: str, believed: tuple[str, str, str]) -> None:
    assert await seen("10.0.0.1", ("forwarded", sent), by_standard=True) == believed


async def test_the_header_that_proxies_do_not_write_is_the_callers() -> None:
    both = [("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "1.1.1.1")]
    assert (await seen("10.0.0.1", *both))[0] == "1.1.1.1"
    assert (await seen("10.0.0.1", *both, by_standard=True))[0] == "6.6.6.6"


async def test_a_service_behind_a_proxy_below_a_path() -> None:
    async with (
        upstream([]) as server,
        service(server.url, TRUSTED_PROXIES="127.0.0.1", ROOT_PATH="/shop") as (process, client),
    ):
        headers = {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https", "x-forwarded-host": "example.com"}
        described = await client.get("/openapi.json", headers=headers)
        assert described.json()["servers"] == [{"url": "/shop"}]
        assert described.headers["strict-transport-security"] == "max-age=31536000"
        moved = await client.get("/healthz/", headers=headers, follow_redirects=False)
        assert moved.headers["location"] == "https://example.com/shop/healthz"
        process.terminate()
        await logged(process)


async def test_nobody_is_believed_unless_the_operator_says_so() -> None:
    async with upstream([]) as server, service(server.url) as (_, client):
        answer = await client.get("/healthz", headers={"x-forwarded-proto": "https"})
        assert "strict-transport-security" not in answer.headers


def test_what_is_no_network_is_said_at_the_start() -> None:
    with pytest.raises(ValueError, match=r"proxy\.local"):
        Settings(trusted_proxies="10.0.0.0/8, proxy.local")
