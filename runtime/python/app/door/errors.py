"""Every way in which a request is turned away at the door; see `app.runtime.errors` for what an error says."""

from app.runtime.errors import ServiceError


class Unauthenticated(ServiceError, code="unauthenticated", title="Who asks is not known", status=401):
    """The request does not say who asks."""

    hint = "Send your key or token in the header Authorization."
    for_caller = ()


class InvalidCredentials(ServiceError, code="invalid_credentials", title="Credentials refused", status=401):
    """The request holds a key or a token that does not count: unknown, revoked, forged, expired, meant for others."""

    hint = "Check the key or the token; get a new one if it has expired or was revoked."
    for_caller = ()


class InsufficientScope(ServiceError, code="insufficient_scope", title="Not allowed", status=403):
    """Who asks is known, and may not do this; `scopes` are those that it takes."""

    hint = "Ask the service's operator for a key or a token with the scopes that `scopes` lists."
    for_caller = ("scopes",)


class OriginRefused(ServiceError, code="origin_refused", title="Origin not allowed", status=403):
    """A page of an origin that may not ask wants to."""

    hint = "The service's operator lists the origins whose pages may ask, in CORS_ORIGINS."
    for_caller = ()


class AuthUnavailable(ServiceError, code="auth_unavailable", title="Cannot check credentials", status=503):
    """Nobody can be let in for now: the keys of the tokens' issuer, or the file of keys, cannot be read."""

    hint = "See the service's log for what cannot be read."
    callers_hint = "Try again later."
    retryable = True
