"""`/docs`: a page that asks the service what its callers may ask. It loads nothing from elsewhere."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_PAGE = Path(__file__).with_suffix(".html")
_PARTS = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)


async def docs(_: Request) -> Response:
    """The page, in which nothing runs but what it came with: https://www.w3.org/TR/CSP3/#directive-script-src"""
    page = _PAGE.read_bytes()
    rules = [f"{kind.decode()}-src 'sha256-{_hash(text)}'" for kind, text in _PARTS.findall(page)]
    policy = ["default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", *rules]
    headers = {
        "content-security-policy": "; ".join([*policy, "frame-ancestors 'none'"]),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Response(page, media_type="text/html", headers=headers)


def _hash(text: bytes) -> str:
    return b64encode(sha256(text).digest()).decode()
