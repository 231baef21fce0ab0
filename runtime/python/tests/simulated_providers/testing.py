"""Servers for tests: any ASGI application on a free port, over real sockets."""

import socket
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import uvicorn

from tests.simulated_providers.answers.prompt import text_of
from tests.simulated_providers.api import Api
from tests.simulated_providers.app import SimulatedProviders
from tests.simulated_providers.asgi import App
from tests.simulated_providers.json_values import JsonObject, decode, objects
from tests.simulated_providers.server import Connections, RecordedRequest, listen, make_server
from tests.simulated_providers.settings import Settings

START_TIMEOUT = 20.0


@dataclass(slots=True)
class RunningServer:
    """A server in a thread: where it is, and what came in."""

    url: str
    connections: Connections = field(repr=False)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, in the order they came in."""
        return self.connections.requests


class ToolResult(NamedTuple):
    """A call that a model has asked for, and what it was told that the function gave."""

    name: str
    arguments: Any
    result: str


@dataclass(slots=True)
class RunningSimulation:
    """Running simulated providers. `base_url` is what an OpenAI client takes; `settings` can be changed at any time."""

    base_url: str
    settings: Settings
    connections: Connections = field(repr=False)
    apis: Mapping[str, Api[Any]] = field(repr=False)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far; `.json` is a request's body, `.headers` its headers."""
        return self.connections.requests

    @property
    def questions(self) -> list[str]:
        """What the user says last in each request so far; the texts alone of a message with images or files."""
        conversations = [self._messages(request) for request in self._asked()]
        asked = ([text_of(message) for message in each if message["role"] == "user"] for each in conversations)
        return [texts[-1] if texts else "" for texts in asked]

    @property
    def offered(self) -> list[str]:
        """The functions that models may call by the requests so far, each name once."""
        bodies = [request.json for request in self._asked()]
        offers = [offer for body in bodies for name in ("functions", "tools") for offer in objects(body.get(name))]
        return list(dict.fromkeys(offer.get("function", offer)["name"] for offer in offers))

    @property
    def tool_results(self) -> list[ToolResult]:
        """The calls that the model has asked for and been told the results of, as the latest request repeats them."""
        messages = self._messages(self._asked()[-1])
        told = {message["tool_call_id"]: message["content"] for message in messages if message["role"] == "tool"}
        calls = [call for message in messages for call in objects(message.get("tool_calls"))]
        return [
            ToolResult(call["function"]["name"], decode(call["function"]["arguments"]), told[call["id"]])
            for call in calls
        ]

    def _asked(self) -> list[RecordedRequest]:
        """The requests to one of the APIs."""
        return [request for request in self.requests if request.path in self.apis]

    def _messages(self, request: RecordedRequest) -> list[JsonObject]:
        return self.apis[request.path].conversation(request.json)


@contextmanager
def serve(app: App, host: str = "127.0.0.1") -> Generator[RunningServer]:
    """Runs an ASGI application with uvicorn on a free port, in a thread, until the block ends.

    Raises RuntimeError when it does not start, for example because its lifespan failed.
    """
    connections = Connections(record=True)
    server = make_server(app, connections, timeout_graceful_shutdown=1)
    listener = listen(host, 0)
    port = listener.getsockname()[1]
    thread = threading.Thread(target=_run, args=(server, listener), daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield RunningServer(f"http://{host}:{port}", connections)
    finally:
        server.should_exit = True
        thread.join(START_TIMEOUT)
        listener.close()


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    # Uvicorn leaves with SystemExit when the application's start-up fails.
    with suppress(SystemExit):
        server.run(sockets=[listener])


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The server did not start; its log says why.")
        time.sleep(0.005)


@contextmanager
def simulate(settings: Settings | None = None) -> Generator[RunningSimulation]:
    """Runs the simulated providers until the block ends."""
    app = SimulatedProviders(settings)
    with serve(app) as server:
        try:
            yield RunningSimulation(f"{server.url}/v1", app.settings, server.connections, app.apis)
        finally:
            # Whoever is done waits for no stalled answer.
            server.connections.drop()
