"""The service as callers with a key ask it, and what becomes of others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.door import key_file
from tests.server import App
from tests.service import Service, StartService


def starting_with_key(
    start: StartService,
    environment: pytest.MonkeyPatch,
    folder: Path,
    *,
    scopes: Sequence[str] = (),
    basic: bool = False,
) -> StartService:
    """Starts services whose client has a key, which is called "tests"."""
    path = folder / "api-keys.json"
    environment.setenv("API_KEYS_FILE", str(path))
    key = key_file.add(path, "tests", list(scopes))

    def start_with_key(app: App) -> Service:
        service = start(app)
        if basic:
            service.client.auth = ("tests", key)
        else:
            service.client.headers["authorization"] = f"Bearer {key}"
        return service

    return start_with_key


def refuses_strangers(service: Service, method: str, path: str, given: Any, *, scopes: Sequence[str] = ()) -> None:
    """Nobody comes in without a key, with a wrong one, or with one that was revoked or lacks a scope."""
    _refused(_asked(service, method, path, given, None), 401, "unauthenticated")
    _refused(_asked(service, method, path, given, "key_wrong"), 401, "invalid_credentials")
    file = Path(key_file.KeySettings.load().api_keys_file)
    if scopes:
        unable = key_file.add(file, "unable", [])
        _refused(_asked(service, method, path, given, unable), 403, "insufficient_scope")
    revoked = key_file.add(file, "revoked", list(scopes))
    key_file.revoke(file, "revoked")
    _refused(_asked(service, method, path, given, revoked), 401, "invalid_credentials")


def _asked(service: Service, method: str, path: str, given: Any, key: str | None) -> httpx2.Response:
    basic = service.client.auth is not None
    name = "unable" if key and key != "key_wrong" else "tests"
    auth = httpx2.BasicAuth(name, key) if basic and key else None
    headers = {"authorization": f"Bearer {key}"} if key and not basic else {}
    with httpx2.Client(base_url=service.url, auth=auth, headers=headers, trust_env=False) as stranger:
        return Service(service.url, stranger, service.server).ask(method, path, given)


def _refused(answer: httpx2.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code
    assert answer.headers["www-authenticate"]
