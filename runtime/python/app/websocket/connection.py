"""A caller's WebSocket, as the server has it."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

DRAIN = {"type": "websocket.receive", "drain": True}
"""What the application gets when the service is to end."""


class Connection(WebSocketsSansIOProtocol):
    """As in uvicorn, but that open runs may end when the service does."""

    def shutdown(self) -> None:
        """Lets the application close the connection, which it does when its runs are done; `drain_seconds` end them."""
        if self.handshake_complete and not self.close_sent:
            message: Any = DRAIN
            self.queue.put_nowait(message)
        else:
            super().shutdown()
