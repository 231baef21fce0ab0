"""Files that are sent as `multipart/form-data`."""

from email.parser import BytesParser
from email.policy import HTTP

from tests.simulated_providers.errors import ApiError


def parts_of(content_type: str, body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """The fields of a form with the names of their files."""
    if not content_type.startswith("multipart/form-data"):
        raise ApiError("Expected a form, with Content-Type: multipart/form-data.")
    whole = BytesParser(policy=HTTP).parsebytes(b"content-type: " + content_type.encode() + b"\r\n\r\n" + body)
    found: dict[str, tuple[str | None, bytes]] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = part.get_filename(), content
    return found
