"""How an answer of the Responses API ended, in the words of Chat Completions."""

import msgspec

from app.nodes.llm.chat_wire import decode_error
from app.nodes.llm.failures import reported_error
from app.nodes.llm.model_answer import ModelAnswer
from app.nodes.llm.responses_wire import Response
from app.runtime.errors import ServiceError, StreamInterrupted

# Codes of a response that failed because of what was asked, which the API may find out only once it has begun.
_REQUEST_CODES = frozenset(
    (
        "invalid_prompt",
        "data_residency_mismatch",
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "invalid_image_mode",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    )
)


def note_end(answer: ModelAnswer, response: Response, status: str | None, calls_end_as: str) -> None:
    """Sets `finish_reason`, `usage` and `service_tier`; a status that is no end leaves the answer unfinished.

    `calls_end_as` is the finish_reason of a complete answer that asks for functions.

    Raises:
        ServiceError: the response failed; the class says why.
    """
    if response.usage is not None:
        answer.usage = response.usage.counts() or answer.usage
    answer.service_tier = response.service_tier
    if response.error or status in ("failed", "cancelled"):
        raise failure(response, status)
    if status == "completed":
        answer.finish_reason = calls_end_as if answer.calls else "stop"
    elif status == "incomplete":
        reason = None if response.incomplete_details is None else response.incomplete_details.reason
        # Whatever else cuts an answer short has to be treated as one that is not whole.
        answer.finish_reason = "content_filter" if reason == "content_filter" else "length"


def failure(response: Response, status: str | None) -> ServiceError:
    """The error of a response that did not come to its end."""
    if not response.error:
        said = "was cancelled" if status == "cancelled" else "failed"
        return StreamInterrupted(f"The provider says that the response {said}.")
    error = decode_error(msgspec.json.encode({"error": response.error}))
    if error.code in _REQUEST_CODES:
        error.type = "invalid_request_error"
    return reported_error(error)
