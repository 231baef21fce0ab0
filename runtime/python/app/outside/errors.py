"""Every way in which a request to another service can fail; see `app.runtime.errors` for what an error says."""

from app.runtime.errors import ServiceError


class AddressRefused(ServiceError, code="address_refused", title="Address refused"):
    """The address of a request is none that may be asked."""

    hint = "Only public addresses are asked; ALLOW_PRIVATE_ADDRESSES=1 in the environment allows those of this network."
    for_operator = True


class CredentialRefused(ServiceError, code="credential_refused", title="Credential not sent"):
    """A credential belongs to another host than the one that is asked; nothing was sent."""

    hint = "Set CREDENTIAL_NAME_HOST to the host, or host:port, that the credential is meant for."
    for_operator = True


class Unreachable(ServiceError, code="service_unreachable", title="Service unreachable", status=502):
    """The other service cannot be reached, or broke the connection."""

    hint = "Check that the service is up and that this machine reaches it."
    retryable = True


class RequestTimeout(ServiceError, code="service_timeout", title="Service too slow", status=504):
    """The other service did not answer in time."""

    hint = "Try again, or raise the step's timeout or REQUEST_TIMEOUT_SECONDS."
    retryable = True


class RequestFailed(ServiceError, code="service_error", title="Service answered with an error", status=502):
    """The other service answered with a status that the step does not accept; `upstream_status` says which."""

    hint = "Check the request against the service's documentation; `acceptStatus` of the node lets a status through."


class AnswerTooLarge(ServiceError, code="answer_too_large", title="Answer too large", status=502):
    """The answer is larger than the step takes."""

    hint = "Ask for less, or raise the node's `maxBytes`."


class AnswerUnusable(ServiceError, code="answer_unusable", title="Answer unusable", status=502):
    """The answer is not what the other service says it is, or not what the step expects; `errors` lists the places."""

    hint = "Compare what the service answers with the schema that the node has for it."
