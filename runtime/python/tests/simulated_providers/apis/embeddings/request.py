"""A request for embeddings: what OpenAI, and those that speak its API, check of it.

Sources: `CreateEmbeddingRequest` of OpenAI's published schema, and the messages of api.openai.com.
"""

from dataclasses import dataclass
from typing import Any

from tests.simulated_providers.apis.embeddings.models import ANY, EmbeddingModel, Server
from tests.simulated_providers.errors import (
    ApiError,
    invalid_type,
    missing_parameter,
    model_not_found,
    model_retired,
    too_long,
    unknown_parameter,
)
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_array, is_integer
from tests.simulated_providers.models import find_model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.tokens import count_tokens
from tests.simulated_providers.validation.parameters import decode_body, one_of, text


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """Texts, and the embeddings that are asked for of them."""

    model: str
    texts: list[str]
    tokens: int
    dimensions: int
    base64: bool


def parse_embedding_request(raw: bytes, settings: Settings, server: Server) -> EmbeddingRequest:
    """The request in a body. Raises ApiError for one that the server refuses."""
    body = decode_body(raw)
    for name in body:
        if name not in server.parameters:
            raise unknown_parameter(name)
    for name in ("model", "input"):
        if name not in body:
            raise missing_parameter(name)
    text()("model", body["model"])
    model = _model(body["model"], settings, server)
    encoding: Any = body.get("encoding_format")
    if encoding is not None:
        one_of("float", "base64")("encoding_format", encoding)
    if body.get("user") is not None:
        text()("user", body["user"])
    given = _inputs(body["input"], server)
    counts = [_count(each) for each in given]
    most = model.most_tokens if settings.context_window is None else settings.context_window
    if not server.cuts or body.get("truncation") is False:
        for index, count in enumerate(counts):
            if count > most:
                raise ApiError(server.too_long(index, most))
    tokens = sum(min(count, most) for count in counts)
    if tokens > server.most_tokens:
        kind = "max_tokens_per_request"
        raise ApiError(server.together(tokens, server.most_tokens), kind=kind, code=kind)
    texts = [each if isinstance(each, str) else " ".join(map(str, each)) for each in given]
    return EmbeddingRequest(body["model"], texts, tokens, _dimensions(body, model, server), encoding == "base64")


def _model(name: str, settings: Settings, server: Server) -> EmbeddingModel:
    known = ANY if server.models is None else server.models.get(name.removeprefix("models/"))
    if known is not None and known.retired and not settings.accept_retired_models:
        raise model_retired(name)
    if known is not None:
        return known
    if settings.accept_unknown_models:
        return ANY
    if find_model(name) is not None:
        raise ApiError("You are not allowed to generate embeddings from this model", status=403)
    raise model_not_found(name)


def _inputs(given: Any, server: Server) -> list[str | JsonArray]:
    """The texts, or the tokens of texts, that are given: one, or an array of them."""
    if isinstance(given, str):
        inputs: JsonArray = [given]
    elif not is_array(given):
        raise invalid_type("input", "a string or an array", given)
    else:
        inputs = [given] if given and all(map(is_integer, given)) else given
    if len(inputs) > server.most_texts:
        raise too_long("input", "array", server.most_texts, len(inputs))
    if not inputs or not all(map(_is_text, inputs)):
        raise ApiError(
            "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."
        )
    return inputs


def _is_text(value: Any) -> bool:
    """A text that is not empty, or the numbers of its tokens."""
    return bool(value) and (isinstance(value, str) or (is_array(value) and all(map(is_integer, value))))


def _count(given: str | JsonArray) -> int:
    return count_tokens(given) if isinstance(given, str) else len(given)


def _dimensions(body: JsonObject, model: EmbeddingModel, server: Server) -> int:
    value: Any = body.get(server.dimensions)
    if value is None:
        return model.dimensions
    if not is_integer(value):
        raise invalid_type(server.dimensions, "an integer", value)
    if model.can_have(value):
        return value
    if not model.sizes and model.least is None:
        raise ApiError("This model does not support specifying dimensions.", param=server.dimensions)
    raise ApiError(
        f"Invalid value for '{server.dimensions}' = {value}. Must be {_sizes(model)}.", param=server.dimensions
    )


def _sizes(model: EmbeddingModel) -> str:
    if model.sizes:
        return f"one of {', '.join(map(str, model.sizes))}"
    return f"from {model.least} to {model.dimensions}"
