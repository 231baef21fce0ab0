"""What proxies say of a request, and who is believed."""

import pytest

from app.runtime.settings import Settings
from tests.test_serve import logged, service
from tests.upstream import upstream

SAID = {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"}


async def test_a_service_behind_a_proxy_below_a_path() -> None:
    async with (
        upstream([]) as server,
        service(server.url, TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1", ROOT_PATH="/shop") as (process, client),
    ):
        described = await client.get("/openapi.json", headers=SAID)
        assert described.json()["servers"] == [{"url": "/shop"}]
        assert described.headers["strict-transport-security"] == "max-age=31536000"
        moved = await client.get("/healthz/", headers={**SAID, "host": "example.com"}, follow_redirects=False)
        assert moved.headers["location"] == "https://example.com/shop/healthz"
        process.terminate()
        await logged(process)


@pytest.mark.parametrize("trusted", [{}, {"TRUSTED_PROXIES": "10.0.0.0/8"}])
async def test_nobody_is_believed_whom_the_operator_does_not_name(trusted: dict[str, str]) -> None:
    async with upstream([]) as server, service(server.url, **trusted) as (_, client):
        answer = await client.get("/healthz", headers=SAID)
        assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("named", ["10.0.0.0/8, proxy.local", "10.1.2.3/8"])
def test_what_is_no_network_is_said_at_the_start(named: str) -> None:
    with pytest.raises(ValueError, match=named.rpartition(" ")[2].replace(".", r"\.")):
        Settings(trusted_proxies=named)
