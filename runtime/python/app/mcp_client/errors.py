"""How asking an MCP server can fail, besides the ways of every request (`app.outside.errors`)."""

from app.runtime.errors import ServiceError


class McpServerRefused(ServiceError, code="mcp_server_refused", title="MCP server refused", status=502):
    """The MCP server does not let the service in, or is none that can be spoken to."""

    hint = "Check MCP_NAME_URL and MCP_NAME_TOKEN, with the name of the server in capitals."
    for_operator = True


class McpToolChanged(ServiceError, code="mcp_tool_changed", title="MCP tool changed", status=502):
    """The server's tool takes something else than the lock file says, or is not there any more; it was not called."""

    hint = (
        "Look at what has changed with `catalyst mcp check FILE`; if it is meant, `catalyst mcp lock FILE` and build."
    )
    for_operator = True


class McpCallFailed(ServiceError, code="mcp_call_failed", title="MCP call failed", status=502):
    """The server answered a call with an error of the protocol."""

    hint = "The server's own log says more."
