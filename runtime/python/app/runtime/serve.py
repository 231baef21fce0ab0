"""Starts the service: `python -m app.runtime.serve [--host HOST] [--port PORT] [--app MODULE:NAME]`.

Prints one JSON line `{"url": …}` to stdout when it accepts requests; port 0 takes a free one. Log lines go to stderr.
"""

import argparse
import json
import math
import socket
import sys
from importlib.util import find_spec

import uvicorn

from app.runtime.settings import Settings


class AnnouncedServer(uvicorn.Server):
    """Says where it listens once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As in uvicorn, with the announcement at the end."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(json.dumps({"url": f"http://{f'[{host}]' if ':' in host else host}:{port}"}), flush=True)  # noqa: T201


def main(arguments: list[str] | None = None) -> None:
    """Runs the service until SIGTERM or SIGINT; open requests may finish within `DRAIN_SECONDS`."""
    settings = Settings()
    parser = argparse.ArgumentParser(prog="python -m app.runtime.serve")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    parser.add_argument("--app", default="app.main:app", help="the application as MODULE:NAME")
    options = parser.parse_args(arguments)
    config = uvicorn.Config(
        options.app,
        host=options.host,
        port=options.port,
        # uvloop does not exist for Windows.
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level="warning",
        # The application ends open streams itself when their time is up; this is for what does not obey.
        timeout_graceful_shutdown=math.ceil(settings.drain_seconds) + 5,
    )
    server = AnnouncedServer(config)
    server.run()
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    main()
