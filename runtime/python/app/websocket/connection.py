"""A caller's WebSocket, as the server has it."""

from typing import Any

import websockets  # noqa: F401  # pyright: ignore[reportUnusedImport] - uvicorn speaks WebSockets with it
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

DRAIN = {"type": "websocket.receive", "drain": True}
"""What the application gets when the service is to end."""


class Connection(WebSocketsSansIOProtocol):
    """As in uvicorn, but that open runs may end when the service does, and that a refusal is no error."""

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
