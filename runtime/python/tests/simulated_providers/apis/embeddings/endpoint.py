"""`POST /v1/embeddings`: OpenAI's, Azure's, Voyage's, and those of servers that speak OpenAI's API.

Source: https://platform.openai.com/docs/api-reference/embeddings/object
"""

import base64
import re
import struct
from collections.abc import Callable, Mapping

from tests.simulated_providers.api import Endpoint
from tests.simulated_providers.apis.embeddings.models import AT_AZURE, AT_OPENAI, Server, server_named
from tests.simulated_providers.apis.embeddings.request import EmbeddingRequest, parse_embedding_request
from tests.simulated_providers.apis.embeddings.vectors import embedding
from tests.simulated_providers.asgi import Reply, json_reply
from tests.simulated_providers.errors import ApiError, missing_key
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.settings import Fault, Settings

_AZURE_PATH = re.compile(r"/azure/openai/(?:v1|deployments/[^/]+)/embeddings")
_NAMED_PATH = re.compile(r"/compatible/([a-z0-9_]+)/v1/embeddings")


class Embeddings(Endpoint):
    """Answers with a `list` of `embedding` objects."""

    path = "/v1/embeddings"

    def __init__(self, settings: Settings, clock: Callable[[], float], server: Server = AT_OPENAI) -> None:
        super().__init__(settings, clock)
        self._server = server

    @classmethod
    def at(cls, path: str, settings: Settings, clock: Callable[[], float]) -> Endpoint | None:
        """The embeddings of Azure, or of a server that the path names."""
        if _AZURE_PATH.fullmatch(path):
            return _AtAzure(settings, clock, AT_AZURE)
        named = _NAMED_PATH.fullmatch(path)
        if named is None:
            return None
        server = server_named(named.group(1))
        return (_Terse if server.terse else _OfAnyone)(settings, clock, server)

    def answer(self, body: bytes, headers: Mapping[str, str], fault: Fault, pace: Settings) -> Reply:
        """The reply to one request."""
        kind = self.kind_of(fault)
        if instead := self.instead(kind, fault):
            return instead
        try:
            request = parse_embedding_request(body, self.settings, self._server)
        except ApiError as error:
            error.in_list = self._server.errors_in_list
            raise
        reply = self.in_one_piece(self._whole(request), 0, kind, fault, pace)
        reply.headers.update(self.limits(request.tokens))
        return kind.wrap(reply, fault) if kind.wrap else reply

    def _whole(self, request: EmbeddingRequest) -> JsonObject:
        data = [
            {"object": "embedding", "index": index, "embedding": _written(text, request)}
            for index, text in enumerate(request.texts)
        ]
        return {"object": "list", "data": data, "model": request.model, "usage": self._usage(request)}

    def _usage(self, request: EmbeddingRequest) -> JsonObject:
        return {"prompt_tokens": request.tokens, "total_tokens": request.tokens}


class _AtAzure(Embeddings):
    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        if not headers.get("api-key") and not headers.get("authorization", "").startswith("Bearer "):
            raise missing_key()


class _OfAnyone(Embeddings):
    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        if "authorization" in headers:
            Endpoint.check_key(headers)


class _Terse(Embeddings):
    @staticmethod
    def refused(error: ApiError) -> Reply:
        return json_reply({"detail": str(error)}, error.status, error.headers)

    def _usage(self, request: EmbeddingRequest) -> JsonObject:
        return {"total_tokens": request.tokens}


def _written(text: str, request: EmbeddingRequest) -> list[float] | str:
    numbers = struct.pack(f"<{request.dimensions}f", *embedding(text, request.dimensions))
    if request.base64:
        return base64.b64encode(numbers).decode()
    return list(struct.unpack(f"<{request.dimensions}f", numbers))
