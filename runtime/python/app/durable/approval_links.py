"""Links by which people decide: what they name is signed with the operator's secret, and nobody can guess one."""

import base64
import hashlib
import hmac
from typing import NamedTuple

import msgspec

from app.durable.waiting_settings import WaitingSettings
from app.runtime.context import ExecutionContext, missing_api_key
from app.runtime.settings import Settings

_PURPOSE = b"approval link 1\0"


class Asked(NamedTuple):
    """Where a link leads: a step of a run, and who was given it."""

    run: str
    step: str
    by: str | None


def signed_link(ctx: ExecutionContext, run: str, step: str, by: str | None) -> str:
    """A link to the page on which a step of a run is decided.

    Raises:
        MissingApiKey: APPROVAL_SECRET is not set.
    """
    settings = WaitingSettings.load()
    return f"{public_url(settings, ctx.settings)}/approvals/{sign(settings, Asked(run, step, by))}"


def sign(settings: WaitingSettings, asked: Asked) -> str:
    """What a link says, signed.

    Raises:
        MissingApiKey: APPROVAL_SECRET is not set.
    """
    if settings.approval_secret is None:
        raise missing_api_key("APPROVAL_SECRET")
    said = _text(msgspec.json.encode(asked))
    return f"{said}.{_text(_signature(settings.approval_secret.get_secret_value(), said))}"


def read(settings: WaitingSettings, token: str) -> Asked | None:
    """What a link says, where it is one of ours."""
    said, _, signature = token.partition(".")
    if settings.approval_secret is None or not token.isascii():
        return None
    expected = _text(_signature(settings.approval_secret.get_secret_value(), said))
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return None
    return msgspec.json.decode(base64.urlsafe_b64decode(f"{said}{'=' * (-len(said) % 4)}"), type=Asked)


def public_url(settings: WaitingSettings, service: Settings) -> str:
    """Where people reach the service."""
    if settings.public_url is not None:
        return settings.public_url.rstrip("/")
    host = "127.0.0.1" if service.host in ("0.0.0.0", "::") else service.host  # noqa: S104
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{service.port}{service.root_path or ''}"


def _signature(secret: str, said: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE + said.encode(), hashlib.sha256)


def _text(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).decode().rstrip("=")
