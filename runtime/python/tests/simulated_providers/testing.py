"""Running simulated providers, for tests."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.server import Connections, RecordedRequest, serve
from tests.simulated_providers.answers.prompt import text_of
from tests.simulated_providers.api import Api, Endpoint
from tests.simulated_providers.app import SimulatedProviders
from tests.simulated_providers.json_values import JsonObject, decode, is_array, objects
from tests.simulated_providers.settings import Settings


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
    apis: Mapping[str, Endpoint] = field(repr=False)

    @property
    def origin(self) -> str:
        """Where it is, without the path of an API."""
        return self.base_url.removesuffix("/v1")

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
    def models(self) -> list[str]:
        """The model that each request so far has asked for."""
        return [decode(request.body)["model"] for request in self._asked()]

    @property
    def offered(self) -> list[str]:
        """The functions that models may call by the requests so far, each name once."""
        bodies = [decode(request.body) for request in self._asked()]
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

    @property
    def embedded(self) -> list[str]:
        """The texts of which embeddings were asked for so far, in the order in which they came."""
        inputs = [decode(each.body)["input"] for each in self.requests if each.path.endswith("/embeddings")]
        return [text for given in inputs for text in (given if is_array(given) else [given])]

    def _asked(self) -> list[RecordedRequest]:
        """The requests to models that talk."""
        return [request for request in self.requests if isinstance(self.apis.get(request.path), Api)]

    def _messages(self, request: RecordedRequest) -> list[JsonObject]:
        api: Any = self.apis[request.path]
        return api.conversation(decode(request.body))


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
