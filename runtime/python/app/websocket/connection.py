"""A caller's WebSocket, as the server has it."""

from collections import deque
from typing import Any

import websockets  # noqa: F401  # pyright: ignore[reportUnusedImport] - uvicorn speaks WebSockets with it
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.runtime.bodies import TOO_MUCH, Share

TRY_AGAIN_LATER = 1013
"""https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number"""
DRAIN = {"type": "websocket.receive", "drain": True}
"""What the application gets when the service is to end."""


class Connection(WebSocketsSansIOProtocol):
    """As in uvicorn, but that open runs may end when the service does, that a refusal is no error, and that what
    arrives counts with the bodies of all requests.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._arriving = Share(self.app_state["bodies"])
        self._waiting = deque[Share]()
        """Of each message that the application has not taken yet."""

    def data_received(self, data: bytes) -> None:
        """Takes what the caller sends."""
        self._arriving.take(len(data))
        if self._arriving.too_much and not self.close_sent:
            self._refuse()
        super().data_received(data)
        if not self.frames:
            # Between messages, all that is kept is what has not been read.
            self._arriving.take(len(self.conn.reader.buffer) - self._arriving.size)

    def send_receive_event_to_app(self) -> None:
        """A message is complete."""
        if not self.close_sent:
            self._waiting.append(Share(self.app_state["bodies"], sum(map(len, self.frames))))
        super().send_receive_event_to_app()

    async def receive(self) -> Any:
        """Gives the application its next message, which is to count it as long as it needs it."""
        message = await super().receive()
        if message["type"] == "websocket.receive" and message is not DRAIN and self._waiting:
            self._waiting.popleft().release()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets what has arrived."""
        super().connection_lost(exc)
        for share in (self._arriving, *self._waiting):
            share.release()
        self._waiting.clear()

    def _refuse(self) -> None:
        """Ends the connection, and reads on without keeping anything until the caller has seen why."""
        if not self.handshake_complete:
            self.transport.close()
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": TRY_AGAIN_LATER, "reason": TOO_MUCH})
        self.conn.fail(TRY_AGAIN_LATER, TOO_MUCH)
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.frames = []
        self.close_sent = self.disconnected = True
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

    async def send(self, message: Any) -> None:
        """Passes on what the application says."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            # Else uvicorn writes an error into the log for each refusal: that the handshake was left out.
            self.handshake_complete = True

    def shutdown(self) -> None:
        """Lets the application close the connection, which it does when its runs are done; `drain_seconds` end them."""
        if self.handshake_complete and not self.close_sent:
            message: Any = DRAIN
            self.queue.put_nowait(message)
        else:
            super().shutdown()
