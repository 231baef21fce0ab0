"""The body of any request: a JSON object, and options of streams only with a stream."""

from typing import Any

from tests.simulated_providers.errors import ApiError, invalid_type, unparsable_body
from tests.simulated_providers.json_values import JsonObject, decode, is_object


def decode_body(raw: bytes) -> JsonObject:
    """The object in a body. Raises ApiError when it is not JSON or no object."""
    try:
        body: Any = decode(raw)
    except ValueError:
        raise unparsable_body() from None
    if not is_object(body):
        raise invalid_type("body", "an object", body)
    return body


def check_stream_options(body: JsonObject) -> None:
    """Raises ApiError for `stream_options` without a stream."""
    if body.get("stream_options") is not None and body.get("stream") is not True:
        raise ApiError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )
