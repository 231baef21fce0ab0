"""Refusals in Anthropic's words. Source: https://platform.claude.com/docs/en/api/errors"""

from tests.simulated_providers.errors import ApiError

KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def refusal(message: str, status: int = 400, headers: dict[str, str] | None = None) -> ApiError:
    """A request that is refused with a status, which says what kind of error it is."""
    return ApiError(message, status=status, kind=KINDS[status], headers=headers)


def at(place: str, message: str) -> ApiError:
    """What is wrong at a place in the body."""
    return refusal(f"{place}: {message}")


def missing(place: str) -> ApiError:
    """A member that has to be there."""
    return at(place, "Field required")


def unknown(place: str) -> ApiError:
    """A member that the API does not have."""
    return at(place, "Extra inputs are not permitted")


def wrong_type(place: str, expected: str) -> ApiError:
    """A value of the wrong JSON type; `expected` as in "a valid string"."""
    return at(place, f"Input should be {expected}")


def too_long(prompt: int, limit: int) -> ApiError:
    """A prompt that is longer than the model's context."""
    return refusal(f"prompt is too long: {prompt} tokens > {limit} maximum")


def model_not_found(name: str) -> ApiError:
    """A model that does not exist, or that is retired."""
    return refusal(f"model: {name}", 404)
