"""Asks a running service over a WebSocket, as browsers do."""

import json
from typing import Any

from websockets.sync.client import connect

from tests.service import Events, Service


def ask_over_socket(service: Service, path: str, *inputs: Any) -> list[Events]:
    """The events of runs with these inputs, one after the other on one connection."""
    url = service.url.replace("http", "ws", 1)
    headers = {name: value for name in ("authorization", "x-api-key") if (value := service.client.headers.get(name))}
    with connect(f"{url}{path}", additional_headers=headers, proxy=None) as socket:
        return [_heard(socket, str(index), given) for index, given in enumerate(inputs)]


def _heard(socket: Any, run_id: str, given: Any) -> Events:
    socket.send(json.dumps({"type": "run", "id": run_id, "input": given}))
    events = Events()
    while not events or events.names[-1] not in ("done", "error"):
        told = json.loads(socket.recv(timeout=10))
        if told["id"] != run_id:
            raise AssertionError(f"A message of another run: {told}")
        events.append((told["event"], told["data"]))
    return events
