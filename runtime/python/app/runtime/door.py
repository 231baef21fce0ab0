"""What every request passes first: it gets its id, and its body has to come in time and in a reasonable size."""

import asyncio
import re
from collections.abc import Awaitable
from secrets import token_hex

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.runtime.settings import Settings

_REQUEST_ID = re.compile(rb"[!-~]{1,128}")


class Door:
    """An ASGI application around another.

    A caller's `X-Request-ID` is kept where it is well-formed, else one is made; the answer and the log lines have it.
    Whoever reads a body that is too large or too slow gets an HTTPException, 413 or 408.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = headers.get(b"x-request-id", b"")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = token_hex(16).encode()
        scope["state"]["request_id"] = request_id.decode()

        def answer(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id)]}
            return send(message)

        await self.app(scope, _limited(receive, headers, scope["state"]["process"].settings), answer)


def _limited(receive: Receive, headers: dict[bytes, bytes], settings: Settings) -> Receive:
    """As `receive`, which gives a request's body piece by piece, within the limits of the settings."""
    size = int(headers.get(b"content-length", 0))
    deadline = asyncio.get_running_loop().time() + settings.read_timeout_seconds
    complete = False

    async def receive_limited() -> Message:
        nonlocal size, complete
        if complete:
            return await receive()
        message: Message = {}
        if size <= settings.max_body_bytes:
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _refusal(408, "The request's body did not arrive in time.") from None
            if b"content-length" not in headers:
                size += len(message.get("body", b""))
        if size > settings.max_body_bytes:
            raise _refusal(413, f"The request's body is larger than {settings.max_body_bytes} bytes.")
        complete = not message.get("more_body", False)
        return message

    return receive_limited


def _refusal(status: int, detail: str) -> HTTPException:
    return HTTPException(status, detail, {"connection": "close"})
