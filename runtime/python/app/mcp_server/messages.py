"""What MCP's clients send, and errors as they know them: https://modelcontextprotocol.io/specification

Since 2026-07-28 each request stands for itself. Before, a client began with `initialize`, and cancelled by a message.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, cast

from starlette.datastructures import Headers
from starlette.responses import Response

from app.runtime.events import encode

JsonObject = dict[str, Any]
Id = str | int

NEWEST = "2026-07-28"
BEFORE = ("2025-11-25", "2025-06-18", "2025-03-26")
"""The versions that begin with `initialize`, the newest first."""

PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602
HEADER_MISMATCH, UNSUPPORTED_VERSION, REFUSED = -32020, -32022, -32000

_META = "io.modelcontextprotocol/"


class Rejected(Exception):
    """A request that cannot be served; `status` is that of the HTTP answer."""

    def __init__(self, code: int, text: str, *, status: int = 400, **data: Any) -> None:
        super().__init__(text)
        self.code = code
        self.status = status
        self.data = data
        self.headers: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, or a notification, which has no id; `stands_alone` when it is one of the newest version."""

    id: Id | None
    method: str
    params: JsonObject
    stands_alone: bool
    session: str | None

    @property
    def progress_token(self) -> Id | None:
        """By which the client wants to hear how a call goes on."""
        meta: Any = self.params.get("_meta")
        token: Any = cast("JsonObject", meta).get("progressToken") if isinstance(meta, dict) else None
        return token if isinstance(token, str | int) else None

    def answer(self, result: JsonObject) -> JsonObject:
        """The answer with a result."""
        if self.stands_alone:
            result = {**result, "resultType": "complete"}
        return {"jsonrpc": "2.0", "id": self.id, "result": result}


def read(body: Any, headers: Headers) -> Asked:
    """The request of a body.

    Raises:
        Rejected: it is none, or one of a version that is not spoken.
    """
    if not isinstance(body, dict):
        raise Rejected(INVALID_REQUEST, "The body is not a single JSON-RPC message.")
    message = cast("JsonObject", body)
    request_id, method, params = message.get("id"), message.get("method"), message.get("params", {})
    wrong_id = "id" in message and (isinstance(request_id, bool) or not isinstance(request_id, str | int))
    if message.get("jsonrpc") != "2.0" or not isinstance(method, str) or not isinstance(params, dict) or wrong_id:
        raise Rejected(INVALID_REQUEST, "The body is no request and no notification of JSON-RPC 2.0.")
    params = cast("JsonObject", params)
    version = headers.get("mcp-protocol-version")
    if version == NEWEST and request_id is not None:
        _check_headers(method, params, headers)
    elif version is not None and version not in (NEWEST, *BEFORE):
        supported = [NEWEST, *BEFORE]
        raise Rejected(UNSUPPORTED_VERSION, "Unsupported protocol version", supported=supported, requested=version)
    return Asked(request_id, method, params, version == NEWEST, headers.get("mcp-session-id"))


def _check_headers(method: str, params: JsonObject, headers: Headers) -> None:
    """What proxies route by has to say what the body says."""
    meta: Any = params.get("_meta")
    if not isinstance(meta, dict) or not {f"{_META}protocolVersion", f"{_META}clientCapabilities"} <= set(
        cast("JsonObject", meta)
    ):
        raise Rejected(INVALID_PARAMS, "params._meta lacks the protocol version or the client's capabilities.")
    said = {"mcp-protocol-version": cast("JsonObject", meta)[f"{_META}protocolVersion"], "mcp-method": method}
    if method == "tools/call":
        said["mcp-name"] = params.get("name")
    for name, value in said.items():
        if len(headers.getlist(name)) != 1 or _decoded(headers[name]) != value:
            raise Rejected(HEADER_MISMATCH, f"The header {name} does not say what the body says.")


def _decoded(value: str) -> str | None:
    if not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def rejection(error: Rejected, request_id: Id | None) -> Response:
    """The answer to what cannot be served."""
    told = {"code": error.code, "message": str(error), **({"data": error.data} if error.data else {})}
    body = {"jsonrpc": "2.0", "id": request_id, "error": told}
    return Response(encode(body), error.status, error.headers, "application/json")
