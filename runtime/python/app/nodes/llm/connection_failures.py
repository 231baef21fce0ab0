"""From what went wrong on the way to the upstream server to a typed error."""

import socket
import ssl

from app.nodes.llm.deadlines import PassedDeadline
from app.runtime.errors import ServiceError, UpstreamTimeout, UpstreamUnreachable
from app.runtime.http.dial import ProxyError
from app.runtime.http.pool import ConnectTimeout


def unreachable(error: OSError) -> ServiceError:
    """The error behind an exception of the HTTP client."""
    match error:
        case ProxyError():
            return UpstreamUnreachable("The proxy cannot be used.", reason="proxy")
        case ssl.SSLError():
            return UpstreamUnreachable(
                "The TLS handshake with the upstream server failed.",
                reason="tls",
                retryable=False,
                hint="Check that OPENAI_BASE_URL is right and that this machine trusts the server's certificate.",
            )
        case socket.gaierror():
            return UpstreamUnreachable("The upstream host's name cannot be resolved.", reason="dns")
        case ConnectTimeout():
            return UpstreamTimeout("No connection to the upstream server in time.", phase="connect")
        case ConnectionRefusedError():
            return UpstreamUnreachable("The upstream server refuses connections.", reason="refused")
        case ConnectionError():
            return UpstreamUnreachable("The upstream server closed the connection.", reason="reset")
        case _:
            return UpstreamUnreachable("No connection to the upstream server.", reason="connection")


def timed_out(deadline: PassedDeadline) -> UpstreamTimeout:
    """The error for a deadline that passed."""
    wait = f"{deadline.seconds:g} s"
    match deadline.phase:
        case "first_byte":
            detail, setting = f"The model sent nothing within {wait}.", "FIRST_BYTE_TIMEOUT_SECONDS"
        case "idle" | "tail":
            detail, setting = f"The stream stood still for {wait}.", "IDLE_TIMEOUT_SECONDS"
        case "total":
            detail, setting = f"The model call took longer than {wait}.", "TOTAL_TIMEOUT_SECONDS"
    return UpstreamTimeout(
        detail, phase=deadline.phase, hint=f"Try again; {setting} sets the limit if the model needs longer."
    )
