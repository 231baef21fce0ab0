"""Which of the two kinds of answer the caller wants: a stream of events or one piece of JSON.

https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

from typing import Literal

from app.runtime.errors import HttpError

StreamMode = Literal["auto", "always", "never"]

_STREAM = ("text", "event-stream")
_JSON = ("application", "json")


def wants_stream(accept: str | None, mode: StreamMode) -> bool:
    """Whether to answer with a stream.

    In mode "auto" a stream has to be asked for by name; a mere `*/*` gets JSON.

    Raises:
        HttpError: 406, the caller takes neither of the kinds that the mode allows.
    """
    ranges = _parse(accept or "*/*")
    stream, named = _quality(ranges, _STREAM)
    whole, _ = _quality(ranges, _JSON)
    if mode != "never" and stream > 0 and (mode == "always" or (named and stream >= whole)):
        return True
    if mode != "always" and whole > 0:
        return False
    if mode == "auto" and stream > 0:
        return True
    offered = {
        "auto": "text/event-stream or application/json",
        "always": "text/event-stream",
        "never": "application/json",
    }
    raise HttpError(
        f"This endpoint answers with {offered[mode]}, which the Accept header rules out.",
        status_code=406,
        title="Not Acceptable",
        hint=f"Send Accept: {offered[mode]}.",
    )


def _parse(accept: str) -> list[tuple[str, str, float]]:
    """Type, subtype and quality of each range; what cannot be read is left out."""
    ranges: list[tuple[str, str, float]] = []
    for item in accept.lower().split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        kind, slash, subtype = media_range.partition("/")
        if slash:
            ranges.append((kind, subtype, _q(parameters)))
    return ranges


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _quality(ranges: list[tuple[str, str, float]], media_type: tuple[str, str]) -> tuple[float, bool]:
    """The quality by the most specific range that fits, and whether that one names the type in full."""
    best, specificity = 0.0, -1
    for kind, subtype, quality in ranges:
        fits = (2 if (kind, subtype) == media_type else 1 if (kind, subtype) == (media_type[0], "*") else
                0 if (kind, subtype) == ("*", "*") else -1)  # fmt: skip
        if fits > specificity or (fits == specificity >= 0 and quality > best):
            best, specificity = quality, fits
    return best, specificity == 2
