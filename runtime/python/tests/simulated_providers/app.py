"""The simulated providers as an ASGI application: the one place where their APIs come together."""

import time
from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from tests.simulated_providers.api import NO_FAULT, SHARED_FAULTS, Asked, Endpoint
from tests.simulated_providers.asgi import ClientGoneError, Reply, json_reply, read_body, send_reply
from tests.simulated_providers.carried import APIS, LEFT_OUT
from tests.simulated_providers.errors import ApiError, model_not_found, model_retired
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import MODELS, Model, find_model
from tests.simulated_providers.settings import Fault, Settings

FAULTS: dict[str, FaultKind] = {
    **SHARED_FAULTS,
    **{kind.name: kind for api in APIS for kind in api.faults if kind.name not in SHARED_FAULTS},
}


def find_fault(name: str) -> FaultKind:
    """The fault of a name. Raises ValueError that lists the names when there is none."""
    if name not in FAULTS:
        raise ValueError(f"There is no fault `{name}`. There are: {', '.join(FAULTS)}.")
    return FAULTS[name]


class SimulatedProviders:
    """The APIs in `carried` under their paths and OpenAI's list of models, without a model behind them.

    Takes any API key except one that is empty or starts with `sk-invalid`.
    `clock` gives seconds since 1970 for `created`.
    """

    def __init__(self, settings: Settings | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings or Settings()
        self.apis: dict[str, Endpoint] = {api.path: api(self.settings, clock) for api in APIS}
        self._clock = clock
        self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, as ASGI has it."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"The simulated providers speak HTTP, not {scope['type']}.")
        started = time.monotonic()
        self._requests += 1
        number = self._requests
        try:
            body = await read_body(receive)
        except ClientGoneError:
            return
        api = self._api_at(scope["path"])
        speaking = api or Endpoint
        try:
            reply = self._answer(api, scope, body)
        except ApiError as error:
            reply = speaking.refused(error)
        elapsed_ms = max(1, round((time.monotonic() - started) * 1000))
        reply.headers = {**speaking.headers(number, elapsed_ms), **reply.headers}
        await send_reply(reply, scope, receive, send)

    def _api_at(self, path: str) -> Endpoint | None:
        """What answers under a path; some APIs have a path for each server that they stand for."""
        if path not in self.apis:
            for api in APIS:
                if (named := api.at(path, self.settings, self._clock)) is not None:
                    self.apis[path] = named
        found = self.apis.get(path)
        return found or next((api for api in self.apis.values() if api.takes(path)), None)

    def _answer(self, api: Endpoint | None, scope: Scope, body: bytes) -> Reply:
        method, path = str(scope["method"]), str(scope["path"])
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        (api or Endpoint).check_key(headers)
        if api:
            asked = Asked(method, path, scope["query_string"].decode(), headers, body)
            return api.ask(asked, lambda: self._next_fault(headers), self.apis)
        if path == "/v1/models":
            _allow(method, "GET", path)
            return json_reply({"object": "list", "data": [_described(model) for model in self._models()]})
        if path.startswith("/v1/models/"):
            _allow(method, "GET", path)
            return json_reply(_described(self._model(path.removeprefix("/v1/models/"))))
        if path in LEFT_OUT:
            raise _not_carried(method, path)
        raise ApiError(f"Invalid URL ({method} {path})", status=404)

    def _next_fault(self, headers: dict[str, str]) -> Fault:
        chosen = self.settings.faults.pop(0) if self.settings.faults else self.settings.fault
        chosen = headers.get(self.settings.fault_header) or chosen or NO_FAULT
        fault = Fault.parse(chosen) if isinstance(chosen, str) else chosen
        find_fault(fault.name)
        return fault

    def _models(self) -> list[Model]:
        return [model for model in MODELS.values() if self.settings.accept_retired_models or not model.retired]

    def _model(self, name: str) -> Model:
        model = find_model(name)
        if model is None:
            raise model_not_found(name)
        if model.retired and not self.settings.accept_retired_models:
            raise model_retired(name)
        return model


def _allow(method: str, allowed: str, path: str) -> None:
    if method != allowed:
        raise ApiError(
            f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)", status=405
        )


def _not_carried(method: str, path: str) -> ApiError:
    return ApiError(
        f"The simulated providers of this project do not carry {method} {path}, because no node of its workflows calls "
        f'it. To have it, set `api` of a node to "{LEFT_OUT[path]}" and build the project again.',
        code="not_carried",
        status=404,
    )


def _described(model: Model) -> JsonObject:
    return {
        "id": model.id,
        "object": "model",
        "created": model.created,
        "owned_by": "system",
        "shutdown_date": model.shutdown_date,
    }


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
