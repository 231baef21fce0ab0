"""Which pages may ask: browsers let any page, and any name may lead to this machine."""

from typing import Any

import pytest
from starlette.requests import Request

from app.runtime.context import Process
from app.runtime.origins import ForeignPage, check_origin

HERE, AWAY = "127.0.0.1", "203.0.113.9"


def asked(origin: str, host: str, client: str = HERE) -> Request:
    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    scope: dict[str, Any] = {"type": "http", "headers": headers, "client": (client, 9), "server": (client, 8000)}
    return Request({**scope, "state": {"process": Process()}})


@pytest.mark.parametrize(
    ("origin", "host", "client", "may"),
    [
        ("http://localhost:8000", "localhost:8000", HERE, True),
        ("http://[::1]:8000", "[::1]:8000", HERE, True),
        ("https://app.example", "app.example", AWAY, True),
        # The name was made to lead to this machine once the page had loaded.
        ("http://evil.example:8000", "evil.example:8000", HERE, False),
        ("http://localhost.evil.example", "localhost.evil.example", HERE, False),
        ("http://localhost:3000", "localhost:8000", HERE, False),
        ("null", "localhost:8000", HERE, False),
        ("http://[::1", "localhost:8000", HERE, False),
    ],
)
async def test_pages(origin: str, host: str, client: str, may: bool) -> None:
    if may:
        check_origin(asked(origin, host, client))
        return
    with pytest.raises(ForeignPage):
        check_origin(asked(origin, host, client))


async def test_a_trusted_proxy_on_this_machine_asks_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", HERE)
    check_origin(asked("https://app.example", "app.example"))
