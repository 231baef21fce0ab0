"""The simulated OpenAI as an ASGI application."""

import time
from collections.abc import Callable

from tests.simulated_providers.asgi import ClientGoneError, Receive, Scope, Send, read_body, send_reply
from tests.simulated_providers.chat import ChatEndpoint
from tests.simulated_providers.errors import (
    ApiError,
    invalid_key,
    missing_key,
    model_not_found,
    model_retired,
    unknown_url,
)
from tests.simulated_providers.headers import standard_headers
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import MODELS, Model, find_model
from tests.simulated_providers.replies import Reply, error_reply, json_reply
from tests.simulated_providers.responses.endpoint import ResponsesEndpoint
from tests.simulated_providers.settings import Settings

INVALID_KEY_PREFIX = "sk-invalid"


class SimulatedOpenAI:
    """OpenAI's Chat Completions, Responses and Models endpoints under `/v1`, without a model behind them.

    Takes any API key except one that is empty or starts with `sk-invalid`.
    `clock` gives seconds since 1970 for `created`.
    """

    def __init__(self, settings: Settings | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings or Settings()
        self._clock = clock
        self._requests = 0
        self._chat = ChatEndpoint(self.settings, clock)
        self._responses = ResponsesEndpoint(self.settings, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, as ASGI has it."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"The simulated OpenAI speaks HTTP, not {scope['type']}.")
        started = time.monotonic()
        self._requests += 1
        number = self._requests
        try:
            body = await read_body(receive)
        except ClientGoneError:
            return
        try:
            reply = self._answer(scope, body)
        except ApiError as error:
            reply = error_reply(error)
        elapsed_ms = max(1, round((time.monotonic() - started) * 1000))
        reply.headers = {**standard_headers(number, elapsed_ms), **reply.headers}
        await send_reply(reply, scope, receive, send)

    def _answer(self, scope: Scope, body: bytes) -> Reply:
        method, path = str(scope["method"]), str(scope["path"])
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        _check_key(headers.get("authorization", ""))
        if path == "/v1/chat/completions":
            _allow(method, "POST", path)
            return self._chat.answer(headers, body)
        if path == "/v1/responses":
            _allow(method, "POST", path)
            return self._responses.answer(headers, body)
        if path == "/v1/models":
            _allow(method, "GET", path)
            return json_reply({"object": "list", "data": [_described(model) for model in self._models()]})
        if path.startswith("/v1/models/"):
            _allow(method, "GET", path)
            return json_reply(_described(self._model(path.removeprefix("/v1/models/"))))
        raise unknown_url(method, path)

    def _models(self) -> list[Model]:
        return [model for model in MODELS.values() if self.settings.accept_retired_models or not model.retired]

    def _model(self, name: str) -> Model:
        model = find_model(name)
        if model is None:
            raise model_not_found(name)
        if model.retired and not self.settings.accept_retired_models:
            raise model_retired(name)
        return model


def _check_key(authorization: str) -> None:
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise missing_key()
    if key.startswith(INVALID_KEY_PREFIX):
        raise invalid_key(key)


def _allow(method: str, allowed: str, path: str) -> None:
    if method != allowed:
        raise ApiError(
            f"Not allowed to {method} on {path}. (HINT: Perhaps you meant to use a different HTTP method?)", status=405
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
