"""The service under test on a real port, what asks it, and what stands in for its functions."""

import importlib
import inspect
import json
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app, respond
from tests.server import App, RecordedRequest, RunningServer, serve


class Events(list[tuple[str, Any]]):
    """The events of a stream as (event, data) pairs, in order."""

    @property
    def names(self) -> list[str]:
        """The name of every event."""
        return [name for name, _ in self]

    @property
    def text(self) -> str:
        """What the tokens say together."""
        return "".join(data["text"] for name, data in self if name == "token")

    @property
    def calls(self) -> list[tuple[str, Any]]:
        """The name and the arguments of every complete function call."""
        return [(data["name"], data["arguments"]) for name, data in self if name == "function_call"]

    @property
    def last(self) -> Any:
        """The data of the last event, `done` or `error`."""
        return self[-1][1]


@dataclass(frozen=True, slots=True)
class Service:
    """A running service. `client` talks to it; `post` and `stream` are short ways to ask it something."""

    url: str
    client: httpx2.Client
    server: RunningServer

    @property
    def requests(self) -> list[RecordedRequest]:
        """What the service was asked so far."""
        return self.server.requests

    def ask(
        self, method: str, path: str, given: Any, accept: str = "application/json", body: str | None = None
    ) -> httpx2.Response:
        """Sends the input and asks for one answer.

        `body` is "form", "multipart", "query" or "json", which it is unless the method has none; objects in a multipart
        body are files.
        """
        return self.client.request(method, path, headers={"accept": accept}, **_input(method, given, body))

    def stream(self, method: str, path: str, given: Any, body: str | None = None) -> Events:
        """Sends the input and reads the whole event stream, its data decoded."""
        headers = {"accept": "text/event-stream"}
        with self.client.stream(method, path, headers=headers, **_input(method, given, body)) as response:
            return Events(read_events(response))


class AnyInput(BaseModel, extra="allow"):
    """Takes whatever a called workflow is given."""


class StandIn:
    """What takes the place of a function, a called workflow or a request: `calls` are the arguments of each call."""

    def __init__(self, result: Any, node: str = "") -> None:
        self.result = result
        self.node = node
        self.calls: list[dict[str, Any]] = []

    def outcome(self) -> Any:
        """The result; one that is an exception is raised."""
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    def function(self, replaced: Callable[..., Any]) -> Callable[..., Any]:
        """A function that gives `result`; calling it as `replaced` cannot be called raises TypeError."""
        signature = inspect.signature(replaced)

        def stand_in(**given: Any) -> Any:
            signature.bind(**given)
            self.calls.append(given)
            return self.outcome()

        return stand_in

    def tool(self) -> Callable[..., Any]:
        """What a tool of a model runs, which gives `result`."""

        async def stand_in(ctx: Any, node: str, arguments: dict[str, Any]) -> Any:
            self.calls.append(arguments)
            return self.outcome()

        return stand_in

    async def send(self, ctx: Any, *given: Any, **named: Any) -> Any:
        """In the place of a request's or a query's own; gives `result`."""
        self.calls.append({"given": given, **named})
        ctx.node_timings[self.node] = 0.0
        return self.outcome()

    read = append = compact = delete = wait = make = send

    async def put(self, ctx: Any, entry: dict[str, Any], **_: Any) -> Any:
        """In the place of a queue's own, of which `calls` are the entries; gives `result`."""
        self.calls.append(entry)
        ctx.node_timings[self.node] = 0.0
        return self.outcome()

    def workflow(self) -> Callable[..., Any]:
        """What a called workflow runs, which replies `result`."""

        async def stand_in(ctx: Any, inputs: AnyInput) -> Reply:
            self.calls.append(inputs.model_dump())
            return Reply(self.outcome())

        return stand_in


def serving(
    run: Callable[[ExecutionContext, Any], Awaitable[Reply]], takes: type[BaseModel], *, env: Sequence[str] = ()
) -> FastAPI:
    """A service of one workflow, at `POST /`: for one that others call and that has no route of its own."""
    app = create_app(title=run.__module__, env=env)

    async def endpoint(request: Request, inputs: Any) -> Response:
        return respond(request, run, inputs, workflow=run.__module__, stream="never")

    endpoint.__annotations__["inputs"] = takes
    app.add_api_route("/", endpoint, methods=["POST"])
    return app


def ask_no_proxy(environment: pytest.MonkeyPatch) -> None:
    """All that a test asks is on this machine, whatever proxy there is to others."""
    for name in ("NO_PROXY", "no_proxy"):
        environment.setenv(name, "127.0.0.1")


StandInFor = Callable[[str, Any], StandIn]
StartService = Callable[[App], Service]


def _input(method: str, given: dict[str, Any], body: str | None) -> dict[str, Any]:
    match body or ("query" if method in ("GET", "DELETE") else "json"):
        case "query":
            return {"params": given}
        case "form":
            return {"data": given}
        case "multipart":
            files = {name: _part(value) for name, value in given.items() if _is_file(value)}
            return {"data": {name: value for name, value in given.items() if name not in files}, "files": files or None}
        case _:
            return {"json": given}


def _is_file(value: Any) -> bool:
    return isinstance(value, dict)


def _part(file: dict[str, Any]) -> tuple[str, bytes, str]:
    return file["name"], b64decode(file["base64"]), file["type"]


def read_events(response: httpx2.Response) -> Iterator[tuple[str, Any]]:
    """The events of a streamed response as (event, data) pairs; comments are left out.

    Raises AssertionError when the response is no event stream, with its body.
    """
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        raise AssertionError(f"Not an event stream: {response.status_code} {response.read().decode()}")
    event, data = "message", list[str]()
    for line in _lines(response):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            event = value
        elif name == "data":
            data.append(value)
        elif not line and data:
            yield event, json.loads("\n".join(data))
            event, data = "message", []


def _lines(response: httpx2.Response) -> Iterator[str]:
    """Lines as the service ends them; a line separator inside a text (U+2028) is part of its line."""
    rest = b""
    for chunk in response.iter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment that the service starts in; tests may set more before they ask for `service`."""
    return monkeypatch


@pytest.fixture
def start_service(environment: pytest.MonkeyPatch) -> Iterator[StartService]:
    """Starts any ASGI application in `environment`; stopped when the test ends."""
    with ExitStack() as stack:

        def start(app: App) -> Service:
            # What steps keep is kept for one test.
            environment.setenv("REDIS_URL", "")
            ask_no_proxy(environment)
            server = stack.enter_context(serve(app))
            # It is asked without TLS, and to read certificates would take longer than most tests.
            http = httpx2.Client(base_url=server.url, timeout=30, trust_env=False, verify=False)
            client = stack.enter_context(http)
            return Service(server.url, client, server)

        yield start


@pytest.fixture
def service(start_service: StartService) -> Service:
    """The service in `app.main`, started in `environment`."""
    return start_service(importlib.import_module("app.main").app)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandInFor:
    """`stand_in("app.workflows.chat.get_order", result)` replaces a function, a workflow or a tool, for one test.

    A result that is an exception is raised.
    """

    def put(target: str, result: Any) -> StandIn:
        owner, _, name = target.rpartition(".")
        current = getattr(importlib.import_module(owner), name)
        made = StandIn(result, getattr(current, "node", ""))
        if hasattr(current, "call_as_tool"):
            monkeypatch.setattr(target, replace(current, run=made.workflow(), input_model=AnyInput))
        elif hasattr(current, "spec"):
            monkeypatch.setattr(target, replace(current, run=made.tool()))
        elif hasattr(current, "node"):
            monkeypatch.setattr(target, made)
        else:
            monkeypatch.setattr(target, made.function(current))
        return made

    return put
