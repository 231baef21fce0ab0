"""Refusals, in the words of OpenAI that clients have come to parse.

Source: https://platform.openai.com/docs/guides/error-codes and the messages of api.openai.com.
"""

from typing import Any

from tests.simulated_providers.json_values import type_name

# What rate-limit headers and messages tell.
REQUEST_LIMIT = 10_000
TOKEN_LIMIT = 2_000_000


class ApiError(Exception):
    """A request that is refused: with a message, a `status`, and what error objects say of it, also in `further`."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
        further: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.param = param
        self.code = code
        self.status = status
        self.kind = kind
        self.headers = headers or {}
        self.further = further or {}
        self.in_list = False
        """Whether the error object comes in an array, as Gemini has it."""


def missing_parameter(name: str) -> ApiError:
    """A required parameter that was not sent."""
    return ApiError(f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def unknown_parameter(name: str) -> ApiError:
    """A parameter that the endpoint does not have."""
    return ApiError(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def invalid_type(name: str, expected: str, value: Any) -> ApiError:
    """A value of the wrong JSON type; `expected` with its article, as in "an integer"."""
    got = type_name(value)
    article = "" if got == "null" else "an " if got[0] in "aeiou" else "a "
    return ApiError(
        f"Invalid type for '{name}': expected {expected}, but got {article}{got} instead.",
        param=name,
        code="invalid_type",
    )


def invalid_value(name: str, value: Any, supported: tuple[str, ...]) -> ApiError:
    """A value outside the list of supported ones."""
    return ApiError(
        f"Invalid value: {_shown(value)}. Supported values are: {listed(supported)}.", param=name, code="invalid_value"
    )


def empty_array(name: str) -> ApiError:
    """An array that has to have members."""
    return ApiError(
        f"Invalid '{name}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        param=name,
        code="empty_array",
    )


def too_long(name: str, kind: str, maximum: int, length: int) -> ApiError:
    """A string or an array ("string", "array") that is longer than it may be."""
    article = "an" if kind == "array" else "a"
    return ApiError(
        f"Invalid '{name}': {kind} too long. Expected {article} {kind} with maximum length {maximum}, but got "
        f"{article} {kind} with length {length} instead.",
        param=name,
        code=f"{kind}_above_max_length",
    )


def bad_name(name: str) -> ApiError:
    """A name with characters that names do not have."""
    return ApiError(
        f"Invalid '{name}': string does not match pattern. Expected a string that matches the pattern "
        "'^[a-zA-Z0-9_-]+$'.",
        param=name,
        code="invalid_value",
    )


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def listed(values: tuple[str, ...]) -> str:
    """Values as OpenAI lists them: 'a'; 'a' and 'b'; 'a', 'b', and 'c'."""
    *most, last = (f"'{each}'" for each in values)
    comma = "," if len(most) > 1 else ""
    return f"{', '.join(most)}{comma} and {last}" if most else last


def unsupported_parameter(name: str, instead: str | None = None) -> ApiError:
    """A parameter that exists, but not for this model."""
    tail = f" Use '{instead}' instead." if instead else ""
    return ApiError(
        f"Unsupported parameter: '{name}' is not supported with this model.{tail}",
        param=name,
        code="unsupported_parameter",
    )


def unsupported_value(name: str, value: Any, supported: str) -> ApiError:
    """A value that this model does not take; `supported` is a whole sentence."""
    return ApiError(
        f"Unsupported value: '{name}' does not support {_shown(value)} with this model. {supported}",
        param=name,
        code="unsupported_value",
    )


def model_not_found(model: str) -> ApiError:
    """A model that does not exist for this account."""
    return ApiError(
        f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found", status=404
    )


def model_retired(model: str) -> ApiError:
    """A model that OpenAI has shut down."""
    return ApiError(
        f"The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations",
        code="model_not_found",
        status=404,
    )


def input_too_long() -> ApiError:
    """An input longer than the model's window, in the words of the Responses API."""
    return ApiError(
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        param="input",
        code="context_length_exceeded",
    )


def unparsable_body() -> ApiError:
    """A body that is not JSON."""
    return ApiError(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
        "figuring out how to fix this, please contact us through our help center at help.openai.com.)"
    )


def missing_key() -> ApiError:
    """No Authorization header, or an empty key."""
    return ApiError(
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the "
        "API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
        status=401,
    )


def invalid_key(key: str) -> ApiError:
    """A key that is not valid; shown masked as OpenAI does: eight characters, stars, the last four."""
    masked = f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)
    return ApiError(
        f"Incorrect API key provided: {masked}. "
        "You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
        status=401,
    )
